using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>A sandbox whose pods are processes, and a controller.</summary>
internal sealed class TestJobWorld : IAsyncDisposable
{
    /// <summary>Far more than anything here takes; only a failing test waits for it.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    private static readonly ObjectKey s_web = new("default", "web");

    private readonly DirectoryInfo _directory;
    private readonly SandboxCluster _sandbox;
    private readonly ControllerHost _host;

    private TestJobWorld(DirectoryInfo directory, SandboxCluster sandbox, ControllerHost host)
    {
        _directory = directory;
        _sandbox = sandbox;
        _host = host;
    }

    public IKubeClient Client => _sandbox.Client;

    public static async Task<TestJobWorld> StartAsync(int seed)
    {
        var directory = Directory.CreateTempSubdirectory("bascule-job-");
        var sandbox = await SandboxCluster.StartAsync(new SandboxOptions { StateDirectory = directory.FullName, Random = new Random(seed) }, CancellationToken.None);
        await CustomResources.InstallAsync(sandbox.Client, TimeProvider.System, CancellationToken.None);
        var host = new ControllerHost(sandbox.Client, new ControllerHostOptions(), TimeProvider.System, new Random(seed), NullLoggerFactory.Instance);
        await host.StartAsync(CancellationToken.None);
        return new TestJobWorld(directory, sandbox, host);
    }

    /// <summary>A metric with a Job of one container.</summary>
    public static string Metric(string container, string job = "", string more = "", string image = "busybox", string name = "job") => $$"""
        {"name":"{{name}}",{{more}}"provider":{"job":{"spec":{ {{job}}"template":{"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":1,"containers":[{"name":"m","image":"{{image}}",{{container}} }]} } } } } }
        """;

    public static string? Phase(KubeObject run) => run.Root.TryGetProperty("status", out var status) ? status.GetProperty("phase").GetString() : null;

    public Task<KubeObject> CreateAsync(ResourceType type, string json) => Client.CreateAsync(type, "default", (JsonObject)JsonNode.Parse(json)!, CancellationToken.None);

    /// <summary>A healthy Rollout, and a template with a Job for its next version.</summary>
    public async Task WithJobAsync(string strategy, string container, string job = "", string image = "busybox")
    {
        await CreateAsync(ArgoResources.AnalysisTemplates, $$"""{"metadata":{"name":"job"},"spec":{"metrics":[{{Metric(container, job, image: image)}}]} }""");
        await WithRolloutAsync(strategy);
    }

    /// <summary>A healthy Rollout.</summary>
    public async Task WithRolloutAsync(string strategy)
    {
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

    public Task SendAsync(IEnumerable<RolloutPatch> patches) => new RolloutActor(Client).SendAsync(s_web, patches, CancellationToken.None);

    public async Task<Rollout> RolloutAsync() => Rollout.Read((await Client.GetAsync(ArgoResources.Rollouts, s_web, CancellationToken.None)).Root);

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
