using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>Rollouts judged by Jobs, with everything real: a sandbox, its Job controller, processes, and our controller.</summary>
public sealed class JobMetricTests
{
    private const string Background = """ "analysis":{"templates":[{"templateName":"job"}]},"steps":[{"setWeight":50},{"pause":{}}] """;
    private const string Inline = """ "steps":[{"setWeight":50},{"analysis":{"templates":[{"templateName":"job"}]}}] """;

    /// <summary>Far more than anything here takes; only a failing test waits for it.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_OfAJobThatEndsWell_IsSuccessfulAtOnce_RUN21()
    {
        await using var world = await World.StartAsync(1);
        await world.CreateAsync(ArgoResources.AnalysisRuns, $$"""{"metadata":{"name":"run"},"spec":{"metrics":[{{Metric(""" "args":["sh","-c","sleep 3"] """)}}]} }""");

        var run = await world.UntilAsync(ArgoResources.AnalysisRuns, "run", r => Phase(r) == "Successful");

        var measurement = run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0];
        var job = await world.Client.GetAsync(ResourceTypes.Jobs, new("default", measurement.GetProperty("metadata").GetProperty("job-name").GetString()!), CancellationToken.None);
        // The Job's own event wakes the run, not the next planned look.
        Assert.InRange(Time(measurement, "finishedAt") - Time(job.Root.GetProperty("status"), "completionTime"), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await world.Client.DeleteAsync(ArgoResources.AnalysisRuns, run.Key, DeleteOptions.Default, CancellationToken.None);
        await world.UntilGoneAsync(ResourceTypes.Jobs, job.Name);
    }

    [Fact]
    public async Task Run_OfManyJobs_KeepsAsManyAsMeasurements_RUN17()
    {
        await using var world = await World.StartAsync(2);
        await world.CreateAsync(ArgoResources.AnalysisRuns, $$"""
            {"metadata":{"name":"run"},"spec":{"metrics":[{{Metric(""" "args":["true"] """, more: """ "interval":"1s","count":4, """)}}],"measurementRetention":[{"metricName":"job","limit":1}]} }
            """);

        await world.UntilAsync(ArgoResources.AnalysisRuns, "run", r => Phase(r) == "Successful");

        var jobs = await world.Client.ListAsync(ResourceTypes.Jobs, "default", ListOptions.All, CancellationToken.None);
        Assert.EndsWith(".job.4", Assert.Single(jobs.Items, j => j.DeletionTimestamp is null).Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Inline)]
    [InlineData(Background)]
    public async Task Rollout_WhoseJobPassesItsDeadline_IsDegraded_E2E15(string strategy)
    {
        await using var world = await World.StartAsync(3);
        await world.WithJobAsync(strategy, """ "args":["sleep","1000"] """, """ "activeDeadlineSeconds":1,"backoffLimit":0, """);

        var run = await world.UpdateAsync("Failed");

        Assert.Equal("Failed", run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("phase").GetString());
        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Degraded);
    }

    [Fact]
    public async Task Rollout_PromotedWhileAJobRuns_IsHealthyAndTheJobEnds_E2E17()
    {
        await using var world = await World.StartAsync(4);
        await world.WithJobAsync(Background, """ "args":["sleep","1000"] """);
        await world.UpdateAsync("Running");
        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Paused);

        await world.SendAsync(RolloutActions.Promote(await world.RolloutAsync()));

        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Healthy);
        var run = await world.UntilRunAsync("Inconclusive");
        Assert.Equal("Metric Terminated", run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("message").GetString());
        await world.UntilGoneAsync(ResourceTypes.Jobs, null);
    }

    [Theory]
    [InlineData(Inline)]
    [InlineData(Background)]
    public async Task Rollout_WhoseJobHasNoImage_IsPaused_E2E18_E2E19(string strategy)
    {
        await using var world = await World.StartAsync(5);
        await world.WithJobAsync(strategy, """ "args":[] """, image: "nowhere/nothing:1");

        var run = await world.UpdateAsync("Inconclusive");

        Assert.Contains("has terminal error (ErrImagePull): the sandbox has no image \"nothing\"", run.Root.GetProperty("status").GetProperty("message").GetString()!.Replace("ImagePullBackOff", "ErrImagePull", StringComparison.Ordinal).Replace("Back-off pulling image \"nowhere/nothing:1\": ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var paused = await world.UntilAsync(r => r.Status.PauseConditions.Any(p => p.Reason == PauseReasons.InconclusiveAnalysisRun));
        Assert.Equal(RolloutPhases.Paused, paused.Status.Phase);
    }

    private static string Metric(string container, string job = "", string more = "", string image = "busybox") => $$"""
        {"name":"job",{{more}}"provider":{"job":{"spec":{ {{job}}"template":{"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":1,"containers":[{"name":"m","image":"{{image}}",{{container}} }]} } } } } }
        """;

    private static string? Phase(KubeObject run) => run.Root.TryGetProperty("status", out var status) ? status.GetProperty("phase").GetString() : null;

    private static DateTimeOffset Time(JsonElement parent, string name) => parent.GetProperty(name).GetDateTimeOffset();

    /// <summary>A sandbox whose pods are processes, and a controller.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory;
        private readonly SandboxCluster _sandbox;
        private readonly ControllerHost _host;

        private World(DirectoryInfo directory, SandboxCluster sandbox, ControllerHost host)
        {
            _directory = directory;
            _sandbox = sandbox;
            _host = host;
        }

        public IKubeClient Client => _sandbox.Client;

        public static async Task<World> StartAsync(int seed)
        {
            var directory = Directory.CreateTempSubdirectory("bascule-job-");
            var sandbox = await SandboxCluster.StartAsync(new SandboxOptions { StateDirectory = directory.FullName, Random = new Random(seed) }, CancellationToken.None);
            await CustomResources.InstallAsync(sandbox.Client, TimeProvider.System, CancellationToken.None);
            var host = new ControllerHost(sandbox.Client, new ControllerHostOptions(), TimeProvider.System, new Random(seed), NullLoggerFactory.Instance);
            await host.StartAsync(CancellationToken.None);
            return new World(directory, sandbox, host);
        }

        public Task<KubeObject> CreateAsync(ResourceType type, string json) => Client.CreateAsync(type, "default", (JsonObject)JsonNode.Parse(json)!, CancellationToken.None);

        /// <summary>A healthy Rollout, and a template with a Job for its next version.</summary>
        public async Task WithJobAsync(string strategy, string container, string job = "", string image = "busybox")
        {
            await CreateAsync(ArgoResources.AnalysisTemplates, $$"""{"metadata":{"name":"job"},"spec":{"metrics":[{{Metric(container, job, image: image)}}]} }""");
            await CreateAsync(ArgoResources.Rollouts, $$"""
                {"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"} },
                 "template":{"metadata":{"labels":{"app":"web"} },"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"web","image":"busybox:1","args":["sleep","1000"]}]} },
                 "strategy":{"canary":{ {{strategy}} } } } }
                """);
            await UntilAsync(r => r.Status.Phase == RolloutPhases.Healthy && r.Status.StableRS.Length > 0);
        }

        /// <summary>Brings a new version and waits for the phase of its analysis run.</summary>
        public async Task<KubeObject> UpdateAsync(string phase)
        {
            await SendAsync(RolloutActions.SetImage(await RolloutAsync(), new Dictionary<string, string> { ["web"] = "busybox:2" }));
            return await UntilRunAsync(phase);
        }

        public Task<KubeObject> UntilRunAsync(string phase) => UntilAsync(ArgoResources.AnalysisRuns, null, r => Phase(r) == phase);

        public Task SendAsync(IEnumerable<RolloutPatch> patches) => new RolloutActor(Client).SendAsync(new("default", "web"), patches, CancellationToken.None);

        public async Task<Rollout> RolloutAsync() => Rollout.Read((await Client.GetAsync(ArgoResources.Rollouts, new("default", "web"), CancellationToken.None)).Root);

        public async Task<Rollout> UntilAsync(Func<Rollout, bool> condition) =>
            Rollout.Read((await UntilAsync(ArgoResources.Rollouts, "web", o => condition(Rollout.Read(o.Root)))).Root);

        public async Task<KubeObject> UntilAsync(ResourceType type, string? name, Func<KubeObject, bool> condition)
        {
            using var bound = new CancellationTokenSource(s_bound, TimeProvider.System);
            KubeObject? last = null;
            try
            {
                await foreach (var change in Client.WatchAsync(type, "default", new WatchOptions { FieldSelector = name is null ? null : $"metadata.name={name}" }, bound.Token))
                {
                    last = change.Object;
                    if (change.Type != WatchEventType.Deleted && condition(last))
                        return last;
                }
            }
            catch (OperationCanceledException) when (bound.IsCancellationRequested)
            {
            }

            throw new TimeoutException($"{type} {name} did not get there; last seen: {last?.Root.GetRawText()}");
        }

        public async Task UntilGoneAsync(ResourceType type, string? name)
        {
            using var bound = new CancellationTokenSource(s_bound, TimeProvider.System);
            var selector = name is null ? null : $"metadata.name={name}";
            while (true)
            {
                var list = await Client.ListAsync(type, "default", new() { FieldSelector = selector }, bound.Token);
                if (list.Items.Count == 0)
                    return;
                await foreach (var _ in Client.WatchAsync(type, "default", new WatchOptions { FieldSelector = selector, ResourceVersion = list.ResourceVersion, AllowBookmarks = false }, bound.Token))
                    break;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _host.DisposeAsync();
            await _sandbox.DisposeAsync();
            _directory.Delete(recursive: true);
        }
    }
}
