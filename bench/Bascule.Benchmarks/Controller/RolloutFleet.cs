using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Sandbox;
using Bascule.Traffic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Benchmarks.Controller;

/// <summary>A sandbox whose pods are pretended, the controller beside it with a router in memory, and Rollouts of 5 pods named by number.</summary>
internal sealed class RolloutFleet : IAsyncDisposable
{
    private const string Namespace = "default";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly string _directory;
    private readonly SandboxCluster _sandbox;

    private RolloutFleet(string directory, SandboxCluster sandbox)
    {
        _directory = directory;
        _sandbox = sandbox;
        Calls = new CountingClient(sandbox.Client);
        Controller = new ControllerHost(Calls, new ControllerHostOptions { Routers = Routers }, TimeProvider.System, new Random(2), NullLoggerFactory.Instance);
    }

    /// <summary>What the controller asked of the cluster.</summary>
    public CountingClient Calls { get; }

    /// <summary>What shares out traffic: the plugin <c>memory</c>.</summary>
    public TrafficRouters Routers { get; } = new(new InMemoryRouter("plugins/memory"));

    /// <summary>The controller.</summary>
    public ControllerHost Controller { get; }

    public static async Task<RolloutFleet> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("bascule-bench-").FullName;
        var options = new SandboxOptions { StateDirectory = directory, Runtime = PodRuntimeKind.Simulated, Random = new Random(1) };
        var fleet = new RolloutFleet(directory, await SandboxCluster.StartAsync(options, default));
        await CustomResources.InstallAsync(fleet._sandbox.Client, TimeProvider.System, default);
        await fleet.Controller.StartAsync(default);
        return fleet;
    }

    public static ObjectKey Key(int number) => new(Namespace, $"web-{number}");

    /// <summary>Creates a Rollout.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="strategy">Its strategy, as JSON.</param>
    public Task CreateAsync(int number, string strategy) => _sandbox.Client.CreateAsync(ArgoResources.Rollouts, Namespace, (JsonObject)JsonNode.Parse($$$"""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"web-{{{number}}}"},
         "spec":{"replicas":5,"selector":{"matchLabels":{"app":"web-{{{number}}}"} },
          "template":{"metadata":{"labels":{"app":"web-{{{number}}}"} },"spec":{"containers":[{"name":"web","image":"web:1"}]}},
          "strategy":{{{strategy}}} } }
        """)!, default);

    /// <summary>Creates a Service of a Rollout.</summary>
    /// <param name="number">The number of the Rollout.</param>
    /// <param name="name">The name of the Service.</param>
    public Task CreateServiceAsync(int number, string name) => _sandbox.Client.CreateAsync(ResourceTypes.Services, Namespace, (JsonObject)JsonNode.Parse($$$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},"spec":{"selector":{"app":"web-{{{number}}}"},"ports":[{"port":80}]} }
        """)!, default);

    /// <summary>Gives a Rollout a new version.</summary>
    public Task SetImageAsync(int number, string image) => _sandbox.Client.PatchAsync(
        ArgoResources.Rollouts, Key(number), Patch.Json((JsonArray)JsonNode.Parse($$"""[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{{image}}"}]""")!), null, default);

    /// <summary>Waits until the controller has seen so many Rollouts in a phase that speaks of their current spec.</summary>
    public async Task WaitForPhaseAsync(string phase, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        while (Controller.Cache.List(ArgoResources.Rollouts, Namespace).Count(r => IsIn(phase, r)) < count)
            await Task.Delay(BetweenLooks, limit.Token);
    }

    /// <summary>The cluster's version: whoever writes anything raises it.</summary>
    public async Task<long> VersionAsync() =>
        long.Parse((await _sandbox.Client.ListAsync(ResourceTypes.Nodes, null, ListOptions.All, default)).ResourceVersion, System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        await _sandbox.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static bool IsIn(string phase, KubeObject rollout) =>
        rollout.Root.TryGetProperty("status", out var status)
        && status.TryGetProperty("phase", out var current) && current.ValueEquals(phase)
        && status.TryGetProperty("observedGeneration", out var seen) && seen.ValueEquals(rollout.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
