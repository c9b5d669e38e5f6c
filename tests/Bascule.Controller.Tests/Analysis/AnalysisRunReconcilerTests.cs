using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Controller.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests.Analysis;

public sealed class AnalysisRunReconcilerTests
{
    private static readonly ObjectKey Key = new("shop", "run");

    private readonly TestCluster cluster = new();
    private readonly TestMetrics metrics = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private readonly AnalysisRunReconciler reconciler;

    public AnalysisRunReconcilerTests() =>
        reconciler = new(cluster, cluster, new MetricProviders(metrics), cluster, time, NullLogger<AnalysisRunReconciler>.Instance);

    [Fact]
    public void Pass_WithEverythingAtHand_CompletesAtOnce()
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}]}""");

        var pass = reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.True(pass.IsCompletedSuccessfully);
        Assert.Equal(AnalysisPhase.Successful, Run.Status.Phase);
        Assert.Equal(["Normal MetricSuccessful shop/run: Metric 'm' Completed. Result: Successful", "Normal AnalysisRunSuccessful shop/run: Analysis Completed. Result: Successful"], cluster.Events);
    }

    [Fact]
    public async Task Pass_OverAMissingRun_DoesNothing() =>
        Assert.Null(await reconciler.ReconcileAsync(Key, CancellationToken.None));

    [Fact]
    public async Task Pass_AtTheFixpoint_WritesNothing()
    {
        Create("""{"metrics":[{"name":"m","interval":"1m","provider":{"prometheus":{}}}]}""");
        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        var wait = await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal(TimeSpan.FromMinutes(1), wait);
        Assert.Single(cluster.Patches);
        Assert.Single(metrics.Tasks);
    }

    [Fact]
    public async Task Metrics_Due_AreMeasuredSideBySide_RUN1()
    {
        Create("""{"metrics":[{"name":"a","provider":{"prometheus":{}}},{"name":"b","provider":{"prometheus":{}}}]}""");
        var both = new TaskCompletionSource();
        metrics.Answer = async _ =>
        {
            if (metrics.Tasks.Count == 2)
                both.SetResult();
            await both.Task.WaitAsync(TimeSpan.FromSeconds(30));
            return TestMetrics.Vector(1);
        };

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal(AnalysisPhase.Successful, Run.Status.Phase);
        Assert.Single(cluster.Patches);
    }

    [Fact]
    public async Task Write_InConflict_KeepsWhatWasMeasured()
    {
        Create("""{"metrics":[{"name":"m","interval":"1m","provider":{"prometheus":{}}}]}""");
        cluster.BeforePatch = () => cluster.Edit(ArgoResources.AnalysisRuns, Key, r => r["metadata"]!["labels"] = new JsonObject { ["x"] = "y" });

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Single(metrics.Tasks);
        Assert.Equal(1, Run.Status.Result("m")!.Count);
    }

    [Fact]
    public async Task Write_InConflictWithATermination_RecordsAndEnds()
    {
        Create("""{"metrics":[{"name":"m","interval":"1m","provider":{"prometheus":{}}}]}""");
        cluster.BeforePatch = () => cluster.Edit(ArgoResources.AnalysisRuns, Key, r => r["spec"]!["terminate"] = true);

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal((AnalysisPhase.Successful, 1), (Run.Status.Phase, Run.Status.Result("m")!.Count));
    }

    [Fact]
    public async Task Cache_Behind_DoesNotDoubleAMeasurement()
    {
        Create("""{"metrics":[{"name":"m","interval":"1m","provider":{"prometheus":{}}}]}""");
        cluster.HoldCacheBack();
        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        var wait = await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal(TimeSpan.FromMinutes(1), wait);
        Assert.Equal(1, Run.Status.Result("m")!.Count);
        Assert.Single(Run.Status.Result("m")!.Measurements);
        Assert.Single(cluster.Patches);
    }

    [Fact]
    public async Task Run_ReplacedByAnother_IsLeftToItsOwnPass()
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}]}""");
        cluster.BeforePatch = () => cluster.Edit(ArgoResources.AnalysisRuns, Key, r => r["metadata"]!["uid"] = "uid-2");

        Assert.Null(await reconciler.ReconcileAsync(Key, CancellationToken.None));
        Assert.Empty(cluster.Patches);
        Assert.Empty(cluster.Events);
    }

    [Fact]
    public async Task Run_DeletedWhileMeasuring_IsForgotten()
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}]}""");
        cluster.BeforePatch = () => cluster.Remove(ArgoResources.AnalysisRuns, Key);

        Assert.Null(await reconciler.ReconcileAsync(Key, CancellationToken.None));
        Assert.Empty(cluster.Events);
    }

    [Fact]
    public async Task Provider_Unknown_IsAnErrorThatNamesIt_RUN7()
    {
        Create("""{"metrics":[{"name":"m","provider":{"crystalBall":{}}}]}""");

        Assert.Equal(TimeSpan.FromSeconds(10), await reconciler.ReconcileAsync(Key, CancellationToken.None));

        var measurement = Assert.Single(Run.Status.Result("m")!.Measurements);
        Assert.Equal((AnalysisPhase.Error, "metric provider 'crystalBall' is not supported by this version, supported: prometheus"), (measurement.Phase, measurement.Message));
    }

    [Fact]
    public async Task Secret_IsReadAtEveryMeasurement_ARG5()
    {
        Create("""{"metrics":[{"name":"m","interval":"1s","provider":{"prometheus":{"query":"{{args.token}}"}}}],"args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}""");
        foreach (var token in (string[])["one", "two"])
        {
            cluster.Put(ResourceTypes.Secrets, new()
            {
                ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = "shop" },
                ["data"] = new JsonObject { ["k"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) },
            });
            await reconciler.ReconcileAsync(Key, CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["one", "two"], metrics.Tasks.Select(t => t.Metric.Provider.GetProperty("prometheus").GetProperty("query").GetString()));
    }

    [Fact]
    public async Task Secret_IsInNoPatchEventOrLog_ARG6()
    {
        var logs = new TestLogs();
        var talkative = new AnalysisRunReconciler(cluster, cluster, new MetricProviders(metrics), cluster, time, logs);
        cluster.Put(ResourceTypes.Secrets, new()
        {
            ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = "shop" },
            ["data"] = new JsonObject { ["k"] = Convert.ToBase64String("hunter2"u8) },
        });
        Create("""
            {"metrics":[{"name":"m","interval":"1s","successCondition":"'{{args.token}}' == ''","consecutiveErrorLimit":1,"failureLimit":1,"provider":{"prometheus":{"query":"{{args.token}}"}}}],
             "args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}
            """);
        var answers = new Queue<MeasurementOutcome>([MeasurementOutcome.Measured(new Value.Text("hunter2"), "hunter2"), MeasurementOutcome.Failed("401 hunter2"), MeasurementOutcome.Failed("401 hunter2")]);
        metrics.Answer = _ => Task.FromResult(answers.Dequeue());

        while (!Run.Status.Phase.IsCompleted())
            time.Advance(await talkative.ReconcileAsync(Key, CancellationToken.None) ?? TimeSpan.FromSeconds(1));

        Assert.Empty(answers);
        Assert.Contains(logs.Lines, l => l.Contains("401 *****", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", string.Concat(logs.Lines) + string.Concat(cluster.Events) + string.Concat(cluster.Patches.Select(p => p.ToJsonString())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Unable to resolve metric arguments: secrets \"s\" not found")]
    [InlineData("{}", "Unable to resolve metric arguments: key 'k' does not exist in secret 's'")]
    [InlineData("""{"k":"!"}""", "Unable to resolve metric arguments: key 'k' of secret 's' is not base64")]
    public async Task Secret_Unreadable_EndsTheRun_ARG5(string? data, string message)
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}],"args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}""");
        if (data is not null)
            cluster.Put(ResourceTypes.Secrets, new() { ["metadata"] = new JsonObject { ["name"] = "s", ["namespace"] = "shop" }, ["data"] = JsonNode.Parse(data) });

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal((AnalysisPhase.Error, message), (Run.Status.Phase, Run.Status.Message?.Replace(".v1", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_OfWrongTypes_GoesOnWithTheRest_RT7()
    {
        Create("""{"metrics":[{"name":"m","interval":5,"count":"1","provider":{"prometheus":{}}}],"ttlStrategy":"soon"}""");

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Equal(AnalysisPhase.Successful, Run.Status.Phase);
    }

    [Fact]
    public async Task Run_PastItsTime_IsDeleted_RUN19()
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}],"ttlStrategy":{"secondsAfterCompletion":30}}""");

        Assert.Equal(TimeSpan.FromSeconds(31), await reconciler.ReconcileAsync(Key, CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(31));
        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        Assert.Null(cluster.Get(ArgoResources.AnalysisRuns, Key));
    }

    [Fact]
    public async Task Status_KeepsWhatOthersWroteThere()
    {
        Create("""{"metrics":[{"name":"m","provider":{"prometheus":{}}}]}""");
        cluster.Edit(ArgoResources.AnalysisRuns, Key, r => r["status"] = new JsonObject { ["theirs"] = 1 });

        await reconciler.ReconcileAsync(Key, CancellationToken.None);

        var status = cluster.Get(ArgoResources.AnalysisRuns, Key)!.Root.GetProperty("status");
        Assert.Equal((1, "Successful"), (status.GetProperty("theirs").GetInt32(), status.GetProperty("phase").GetString()));
    }

    [Theory]
    [InlineData(0.97, AnalysisPhase.Running, 5)]
    [InlineData(0.94, AnalysisPhase.Failed, 4)]
    [InlineData(double.NaN, AnalysisPhase.Failed, 4)]
    public async Task Template_OfTheCourse_RunsVerbatim(double successRate, AnalysisPhase expected, int measurements)
    {
        var template = AnalysisTemplate.Parse(SeedDocument("AnalysisTemplate").Root);
        var rollout = SeedDocument("startingStep: 2").Root;
        var analysis = RolloutAnalysis.Parse(rollout.GetProperty("spec").GetProperty("strategy").GetProperty("canary").GetProperty("analysis"), "spec.strategy.canary.analysis");
        var spec = AnalysisRunSpecs.Build(analysis, new([template]), "new", "old", rollout, AnalysisReferences.TemplatesPath(AnalysisPlace.Background)).Value;
        Create(spec.ToJsonString());
        metrics.Answer = _ => Task.FromResult(TestMetrics.Vector(successRate));

        var waits = new List<TimeSpan?>();
        for (var i = 0; i < measurements; i++)
        {
            waits.Add(await reconciler.ReconcileAsync(Key, CancellationToken.None));
            time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(expected, Run.Status.Phase);
        Assert.Equal(measurements, Run.Status.Result("success-rate")!.Count);
        Assert.All(waits.SkipLast(1), w => Assert.Equal(TimeSpan.FromMinutes(5), w));
        var prometheus = metrics.Tasks[0].Metric.Provider.GetProperty("prometheus");
        Assert.Equal("http://prometheus:9090", prometheus.GetProperty("address").GetString());
        Assert.Contains("http_requests_total{service=\"myapp\",status=~\"2..\"}[5m]", prometheus.GetProperty("query").GetString(), StringComparison.Ordinal);
        if (expected == AnalysisPhase.Failed)
            Assert.Equal("Metric \"success-rate\" assessed Failed due to failed (4) > failureLimit (3)", Run.Status.Message);
    }

    private AnalysisRun Run => AnalysisRun.Parse(cluster.GetAsync(ArgoResources.AnalysisRuns, Key, CancellationToken.None).Result.Root);

    private void Create(string spec) => cluster.Put(ArgoResources.AnalysisRuns, new()
    {
        ["kind"] = "AnalysisRun",
        ["metadata"] = new JsonObject { ["name"] = Key.Name, ["namespace"] = Key.Namespace, ["uid"] = "uid-1" },
        ["spec"] = JsonNode.Parse(spec),
    });

    /// <summary>The document of the course's page that contains the text.</summary>
    private static KubeObject SeedDocument(string text)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bascule.slnx")))
            folder = folder.Parent;
        for (var levels = 0; folder is not null && levels < 3; levels++, folder = folder.Parent)
        {
            var page = Path.Combine(folder.FullName, "..", "shared", "seed.md");
            if (!File.Exists(page))
                continue;
            var block = File.ReadAllText(page).Split("```").Single(b => b.StartsWith("yaml", StringComparison.Ordinal) && b.Contains(text, StringComparison.Ordinal));
            return KubeObject.From(YamlReader.ReadAll(block["yaml".Length..])[0].Root);
        }

        Assert.Skip(string.Create(CultureInfo.InvariantCulture, $"needs shared/seed.md beside the repository"));
        return null!;
    }
}
