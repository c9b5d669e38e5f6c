using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Sandbox;

namespace Bascule.Benchmarks.Controller;

/// <summary>A sandbox whose pods are pretended, and Rollouts named by number.</summary>
internal sealed class RolloutSandbox : IAsyncDisposable
{
    private const string Namespace = "default";

    private readonly string _directory;
    private readonly SandboxCluster _cluster;

    private RolloutSandbox(string directory, SandboxCluster cluster)
    {
        _directory = directory;
        _cluster = cluster;
    }

    /// <summary>The API without HTTP.</summary>
    public IKubeClient Client => _cluster.Client;

    /// <summary>How to reach it from another process.</summary>
    public string KubeconfigPath => _cluster.KubeconfigPath;

    public static async Task<RolloutSandbox> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("bascule-bench-").FullName;
        var options = new SandboxOptions { StateDirectory = directory, Runtime = PodRuntimeKind.Simulated, Random = new Random(1) };
        var sandbox = new RolloutSandbox(directory, await SandboxCluster.StartAsync(options, default));
        await CustomResources.InstallAsync(sandbox.Client, TimeProvider.System, default);
        return sandbox;
    }

    public static ObjectKey Key(int number) => new(Namespace, $"web-{number}");

    /// <summary>Creates a Rollout.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="strategy">Its strategy, as JSON.</param>
    /// <param name="replicas">Its pods.</param>
    public Task CreateAsync(int number, string strategy, int replicas = 5) => Client.CreateAsync(ArgoResources.Rollouts, Namespace, (JsonObject)JsonNode.Parse($$$"""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"web-{{{number}}}"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"web-{{{number}}}"} },
          "template":{"metadata":{"labels":{"app":"web-{{{number}}}"} },"spec":{"containers":[{"name":"web","image":"web:1"}]}},
          "strategy":{{{strategy}}} } }
        """)!, default);

    /// <summary>Creates a Service of a Rollout.</summary>
    /// <param name="number">The number of the Rollout.</param>
    /// <param name="name">The name of the Service.</param>
    public Task CreateServiceAsync(int number, string name) => Client.CreateAsync(ResourceTypes.Services, Namespace, (JsonObject)JsonNode.Parse($$$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},"spec":{"selector":{"app":"web-{{{number}}}"},"ports":[{"port":80}]} }
        """)!, default);

    /// <summary>Gives a Rollout a new version.</summary>
    public Task SetImageAsync(int number, string image) => PatchAsync(number, SetImage(image));

    /// <summary>Gives a Rollout a new version and another strategy.</summary>
    public Task SetImageAsync(int number, string image, string strategy) => PatchAsync(
        number, $$"""{"op":"replace","path":"/spec/strategy","value":{{strategy}}}, {{SetImage(image)}}""");

    /// <summary>True when so many Rollouts are Healthy as their current spec wants them.</summary>
    public async Task<bool> AreHealthyAsync(int count) =>
        (await Client.ListAsync(ArgoResources.Rollouts, Namespace, ListOptions.All, default)).Items.Count(r => IsIn("Healthy", r)) >= count;

    /// <summary>The cluster's version: whoever writes anything raises it.</summary>
    public async Task<long> VersionAsync() =>
        long.Parse((await Client.ListAsync(ResourceTypes.Nodes, null, ListOptions.All, default)).ResourceVersion, CultureInfo.InvariantCulture);

    /// <summary>True when a Rollout is in a phase that speaks of its current spec.</summary>
    public static bool IsIn(string phase, KubeObject rollout) =>
        rollout.Root.TryGetProperty("status", out var status)
        && status.TryGetProperty("phase", out var current) && current.ValueEquals(phase)
        && status.TryGetProperty("observedGeneration", out var seen) && seen.ValueEquals(rollout.Generation.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static string SetImage(string image) => $$"""{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{{image}}"}""";

    private Task<KubeObject> PatchAsync(int number, string operations) =>
        Client.PatchAsync(ArgoResources.Rollouts, Key(number), Patch.Json((JsonArray)JsonNode.Parse($"[{operations}]")!), null, default);
}
