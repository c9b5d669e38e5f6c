using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Kube;
using Bascule.Metrics.Jobs;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Metrics.Tests.Jobs;

/// <summary>The job provider against the sandbox's API; the test plays the Job's controller.</summary>
public sealed class JobProviderTests
{
    private const string Uid = "0b5f9a4e-7b1d-4c39-9a57-0d1a2f5a7e10";

    private static readonly CancellationToken s_none = CancellationToken.None;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private readonly TestJobClient _client;
    private readonly JobProvider _provider;

    public JobProviderTests()
    {
        _client = new TestJobClient(new DirectClient(new ApiServer(new Store(), _time, new Random(1)), "test"));
        _provider = new JobProvider(_client, new JobProviderOptions(), _time);
    }

    [Fact]
    public async Task Measurement_New_MakesAJobOfTheMetric_RUN21_KEY12()
    {
        var outcome = await _provider.MeasureAsync(Task(ordinal: 2), s_none);

        Assert.Equal((AnalysisPhase.Running, _time.GetUtcNow()), (outcome.Phase, outcome.ResumeAt));
        Assert.Equal(($"{Uid}.load-test.3", "default"), (outcome.Metadata["job-name"], outcome.Metadata["job-namespace"]));
        var job = await JobAsync($"{Uid}.load-test.3");
        Assert.Equal((Uid, "perf"), (job.Labels["analysisrun.argoproj.io/uid"], job.Labels["team"]));
        Assert.Equal(("run", "default", "load-test", "yes"), (job.Annotations["analysisrun.argoproj.io/name"], job.Annotations["analysisrun.argoproj.io/namespace"], job.Annotations["analysisrun.argoproj.io/metric-name"], job.Annotations["note"]));
        Assert.Equal(Uid, job.ControllerUid);
        var spec = job.Root.GetProperty("spec");
        Assert.Equal(3, spec.GetProperty("backoffLimit").GetInt32());
        var labels = spec.GetProperty("template").GetProperty("metadata").GetProperty("labels");
        Assert.Equal((Uid, "x"), (labels.GetProperty("analysisrun.argoproj.io/uid").GetString(), labels.GetProperty("mine").GetString()));
    }

    [Theory]
    [InlineData("a-metric-with-a-name-that-is-much-longer-than-a-label-may-be", 0, Uid + ".a-metric-with-a-name-tha.1")]
    [InlineData("a-metric-with-a-name-x-y", 11, Uid + ".a-metric-with-a-name-x.12")]
    [InlineData("short", 99, Uid + ".short.100")]
    public void Name_OfALongMetric_IsCutToALabel_RUN21(string metric, int ordinal, string expected)
    {
        var name = JobBody.Name(Task(metric, ordinal));

        Assert.Equal(expected, name);
        Assert.InRange(name.Length, 1, 63);
    }

    [Fact]
    public async Task Measurement_BegunTwice_IsOneJob_RUN21()
    {
        var first = await _provider.MeasureAsync(Task(), s_none);
        var second = await _provider.MeasureAsync(Task(), s_none);

        Assert.Equal(first.Metadata, second.Metadata);
        Assert.Single((await _client.ListAsync(ResourceTypes.Jobs, null, ListOptions.All, s_none)).Items);
    }

    [Fact]
    public async Task Measurement_WhoseNameIsTaken_IsAnError()
    {
        await _client.CreateAsync(ResourceTypes.Jobs, "default", (JsonObject)JsonNode.Parse($$"""{"metadata":{"name":"{{Uid}}.load-test.1"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"m","image":"i"}]} } } }""")!, s_none);

        var outcome = await _provider.MeasureAsync(Task(), s_none);

        Assert.Equal((AnalysisPhase.Error, $"jobs.batch \"{Uid}.load-test.1\" already exists"), (outcome.Phase, outcome.Message));
    }

    [Fact]
    public async Task Measurement_ThatTheServerRefuses_IsAnErrorWithItsWords()
    {
        var outcome = await _provider.MeasureAsync(Task(spec: """{"template":{"spec":{"restartPolicy":"Always","containers":[{"name":"m","image":"i"}]}}}"""), s_none);

        Assert.Equal(AnalysisPhase.Error, outcome.Phase);
        Assert.Contains("spec.template.spec.restartPolicy: Unsupported value: \"Always\"", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Complete", "True", AnalysisPhase.Successful)]
    [InlineData("Failed", "True", AnalysisPhase.Failed)]
    [InlineData("Complete", "False", AnalysisPhase.Running)]
    [InlineData("Suspended", "True", AnalysisPhase.Running)]
    [InlineData("FailureTarget", "True", AnalysisPhase.Running)]
    public async Task Job_WithACondition_EndsTheMeasurement_RUN21(string type, string status, AnalysisPhase expected)
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        await ConditionAsync(begun, type, status);

        var outcome = await _provider.MeasureAsync(Task(underWay: begun), s_none);

        Assert.Equal((expected, (string?)null), (outcome.Phase, outcome.Message));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 4)]
    [InlineData(50, 10)]
    [InlineData(7200, 120)]
    public async Task Job_StillRunning_IsLookedAtLessAndLess_RUN21(int elapsed, int wait)
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        var started = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(elapsed));

        var outcome = await _provider.MeasureAsync(Task(underWay: begun, startedAt: started), s_none);

        Assert.Equal(_time.GetUtcNow().AddSeconds(wait), outcome.ResumeAt);
    }

    [Theory]
    [InlineData("containerStatuses", "ErrImagePull")]
    [InlineData("containerStatuses", "ImagePullBackOff")]
    [InlineData("initContainerStatuses", "InvalidImageName")]
    public async Task Job_WhosePodCannotHaveItsImage_IsInconclusive_RUN21_E2E18_VER8(string list, string reason)
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        await PodAsync(begun, list, reason);

        var outcome = await _provider.MeasureAsync(Task(underWay: begun), s_none);

        Assert.Equal((AnalysisPhase.Inconclusive, $"Pod p, container m has terminal error ({reason}): no such image"), (outcome.Phase, outcome.Message));
    }

    [Fact]
    public async Task Job_WhosePodOnlyBacksOff_RunsOn_RUN21()
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        await PodAsync(begun, "containerStatuses", "CrashLoopBackOff");

        Assert.Equal(AnalysisPhase.Running, (await _provider.MeasureAsync(Task(underWay: begun), s_none)).Phase);
    }

    [Fact]
    public async Task Job_ThatIsGone_IsAnError()
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        await _client.DeleteAsync(ResourceTypes.Jobs, new("default", begun.Metadata["job-name"]), DeleteOptions.Default, s_none);

        var outcome = await _provider.MeasureAsync(Task(underWay: begun), s_none);

        Assert.Equal((AnalysisPhase.Error, $"jobs.batch \"{Uid}.load-test.1\" not found"), (outcome.Phase, outcome.Message));
    }

    [Fact]
    public async Task Measurement_WithoutItsReference_IsAnError_RUN12()
    {
        var task = Task() with { Unfinished = new() { Phase = AnalysisPhase.Running } };

        Assert.Equal("job metadata reference missing", (await _provider.MeasureAsync(task, s_none)).Error);
        Assert.Equal("job metadata reference missing", (await _provider.TerminateAsync(task, s_none)).Error);
    }

    [Fact]
    public async Task Measurement_Terminated_DeletesTheJobInTheForeground_RUN12_VER8()
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);

        var outcome = await _provider.TerminateAsync(Task(underWay: begun), s_none);

        Assert.Equal(AnalysisPhase.Inconclusive, outcome.Phase);
        Assert.NotNull((await JobAsync(begun.Metadata["job-name"])).DeletionTimestamp);
        Assert.Equal(AnalysisPhase.Inconclusive, (await _provider.TerminateAsync(Task(underWay: begun), s_none)).Phase);
    }

    [Fact]
    public async Task Status_WrittenByHand_DeletesNoForeignJob()
    {
        await _client.CreateAsync(ResourceTypes.Jobs, "default", (JsonObject)JsonNode.Parse("""{"metadata":{"name":"precious"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"m","image":"i"}]}}}}""")!, s_none);
        var forged = new Measurement { Phase = AnalysisPhase.Running, Metadata = new Dictionary<string, string> { ["job-name"] = "precious", ["job-namespace"] = "default" }.ToSorted() };
        var task = Task() with { Unfinished = forged };

        await _provider.TerminateAsync(task, s_none);
        await _provider.ForgetAsync(Uid, [forged], s_none);

        Assert.Null((await JobAsync("precious")).DeletionTimestamp);
        Assert.Equal("job default/precious does not belong to this run", (await _provider.MeasureAsync(task, s_none)).Error);
    }

    [Fact]
    public async Task Measurements_Forgotten_TakeTheirJobsAlong_RUN17()
    {
        var jobs = new List<MeasurementOutcome>();
        for (var i = 0; i < 3; i++)
            jobs.Add(await _provider.MeasureAsync(Task(ordinal: i), s_none));
        jobs.RemoveAt(2);

        for (var twice = 0; twice < 2; twice++)
            await _provider.ForgetAsync(Uid, [.. jobs.Select(j => new Measurement { Metadata = j.Metadata }), new Measurement()], s_none);

        var left = (await _client.ListAsync(ResourceTypes.Jobs, null, ListOptions.All, s_none)).Items.Where(j => j.DeletionTimestamp is null);
        Assert.Equal($"{Uid}.load-test.3", Assert.Single(left).Name);
    }

    [Fact]
    public async Task Namespace_OfItsOwn_HoldsJobsThatTheRunCannotOwn_RUN21()
    {
        await _client.CreateAsync(ResourceTypes.Namespaces, null, new() { ["metadata"] = new JsonObject { ["name"] = "jobs" } }, s_none);
        var provider = new JobProvider(_client, new JobProviderOptions { Namespace = "jobs" }, _time);

        var begun = await provider.MeasureAsync(Task(), s_none);
        await provider.MeasureAsync(Task(), s_none);

        Assert.Equal("jobs", begun.Metadata["job-namespace"]);
        Assert.Null((await _client.GetAsync(ResourceTypes.Jobs, new("jobs", begun.Metadata["job-name"]), s_none)).ControllerUid);
        Assert.Equal(AnalysisPhase.Running, (await provider.MeasureAsync(Task(underWay: begun), s_none)).Phase);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Server_InTrouble_EndsNoMeasurement(HttpStatusCode code)
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        _client.Trouble = new KubeException(code, "", "later");

        await Assert.ThrowsAsync<KubeException>(() => _provider.MeasureAsync(Task(), s_none));
        await Assert.ThrowsAsync<KubeException>(() => _provider.MeasureAsync(Task(underWay: begun), s_none));
        await Assert.ThrowsAsync<KubeException>(() => _provider.TerminateAsync(Task(underWay: begun), s_none));
    }

    [Fact]
    public async Task Server_ThatForbids_IsAnError()
    {
        var begun = await _provider.MeasureAsync(Task(), s_none);
        _client.Trouble = new KubeException(HttpStatusCode.Forbidden, "Forbidden", "jobs.batch is forbidden");

        Assert.Equal("jobs.batch is forbidden", (await _provider.MeasureAsync(Task(), s_none)).Error);
        Assert.Equal("jobs.batch is forbidden", (await _provider.TerminateAsync(Task(underWay: begun), s_none)).Error);
    }

    [Fact]
    public async Task News_AreTheEndsOfJobsInTheCache_RUN5()
    {
        var provider = new JobProvider(_client, new JobProviderOptions { Cache = _client }, _time);
        var begun = await provider.MeasureAsync(Task(), s_none);
        var underWay = new Measurement { Metadata = begun.Metadata };
        Assert.False(provider.HasNews(underWay));

        await ConditionAsync(begun, "Failed", "True");

        Assert.True(provider.HasNews(underWay));
        Assert.False(provider.HasNews(new Measurement()));
        Assert.False(_provider.HasNews(underWay));
    }

    private static MeasurementTask Task(string metric = "load-test", int ordinal = 0, MeasurementOutcome? underWay = null, DateTimeOffset? startedAt = null, string? spec = null)
    {
        var json = $$"""
            {"name":"{{metric}}","provider":{"job":{"metadata":{"labels":{"team":"perf"},"annotations":{"note":"yes"} },
             "spec":{{spec ?? """{"backoffLimit":3,"template":{"metadata":{"labels":{"mine":"x"}},"spec":{"restartPolicy":"Never","containers":[{"name":"m","image":"i"}]}}}"""}} } } }
            """;
        var unfinished = underWay is null ? null : new Measurement { Phase = AnalysisPhase.Running, StartedAt = startedAt, Metadata = underWay.Metadata };
        return new("default", Metric.Parse(JsonElement.Parse(json)), ordinal, unfinished, []) { RunName = "run", RunUid = Uid };
    }

    private Task<KubeObject> JobAsync(string name) => _client.GetAsync(ResourceTypes.Jobs, new("default", name), s_none);

    private Task<KubeObject> ConditionAsync(MeasurementOutcome begun, string type, string status) => _client.PatchAsync(
        ResourceTypes.Jobs,
        new("default", begun.Metadata["job-name"]),
        Patch.Merge((JsonObject)JsonNode.Parse($$"""{"status":{"conditions":[{"type":"{{type}}","status":"{{status}}"}]} }""")!),
        "status",
        s_none);

    private async Task PodAsync(MeasurementOutcome begun, string list, string reason)
    {
        var job = await JobAsync(begun.Metadata["job-name"]);
        await _client.CreateAsync(ResourceTypes.Pods, "default", (JsonObject)JsonNode.Parse($$"""
            {"metadata":{"name":"p","labels":{"analysisrun.argoproj.io/uid":"{{Uid}}"},"ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"{{job.Name}}","uid":"{{job.Uid}}","controller":true}]},
             "spec":{"containers":[{"name":"m","image":"i"}]} }
            """)!, s_none);
        await _client.PatchAsync(ResourceTypes.Pods, new("default", "p"), Patch.Merge((JsonObject)JsonNode.Parse($$"""
            {"status":{"{{list}}":[{"name":"m","image":"i","imageID":"","ready":false,"restartCount":0,"state":{"waiting":{"reason":"{{reason}}","message":"no such image"} } }]} }
            """)!), "status", s_none);
    }
}
