using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.GarbageCollection;
using Bascule.Sandbox.Gateway;
using Bascule.Sandbox.Gateway.Definitions;
using Bascule.Sandbox.Http;
using Bascule.Sandbox.Runtime;
using Bascule.Sandbox.Storage;
using Bascule.Sandbox.Workloads;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox;

/// <summary>
/// A cluster of one machine, in this process: API server, workload controllers, a runtime for pods and the network
/// between them. Disposing it ends everything it started.
/// </summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    // In the order in which they were started; they end in the opposite order.
    private readonly List<IAsyncDisposable> parts = [];

    private SandboxCluster(Uri apiAddress, string token, string kubeconfigPath, IKubeClient client, GatewayHost? gateway)
    {
        GatewayAddress = gateway?.Address;
        GatewayMetricsAddress = gateway?.MetricsAddress;
        ApiAddress = apiAddress;
        Token = token;
        KubeconfigPath = kubeconfigPath;
        Client = client;
    }

    /// <summary>Where the API answers.</summary>
    public Uri ApiAddress { get; }

    /// <summary>The bearer token that every request must carry.</summary>
    public string Token { get; }

    /// <summary>The kubeconfig in the state directory.</summary>
    public string KubeconfigPath { get; }

    /// <summary>Where users of Ingresses and routes come in; null without <see cref="SandboxOptions.Gateway"/>.</summary>
    public Uri? GatewayAddress { get; }

    /// <summary>Where the gateway's metrics are scraped, under <c>/metrics</c>; null without <see cref="SandboxOptions.Gateway"/>.</summary>
    public Uri? GatewayMetricsAddress { get; }

    /// <summary>The API without HTTP, for components of the same process.</summary>
    public IKubeClient Client { get; }

    /// <summary>Starts a cluster; it serves when the task completes.</summary>
    /// <exception cref="SandboxException">Another sandbox uses the state directory, or a port is taken; the message says what to do.</exception>
    public static async Task<SandboxCluster> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parts = new List<IAsyncDisposable>();
        try
        {
            return await StartAsync(options, parts, cancellationToken);
        }
        catch
        {
            await EndAsync(parts);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(parts);
        parts.Clear();
    }

    private static async Task<SandboxCluster> StartAsync(SandboxOptions options, List<IAsyncDisposable> parts, CancellationToken cancellationToken)
    {
        var directory = MakeDirectory(options.StateDirectory);
        parts.Add(new Part(SandboxLock.Take(directory)));
        var logs = new PodLogStore(Emptied(Path.Combine(directory, "logs")), options.TimeProvider);
        var server = new ApiServer(new Store(), options.TimeProvider, new Random(options.Random.Next()));
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var certificate = options.Tls ? SandboxCertificate.Create(options.TimeProvider.GetUtcNow()) : null;
        var host = await SandboxApiHost.StartAsync(
            server,
            new SandboxApiOptions { Port = options.Port, Token = token, Certificate = certificate, Logs = logs, LoggerFactory = options.LoggerFactory },
            cancellationToken);
        parts.Add(host);
        parts.Add(new BackgroundLoop(new GarbageCollector(server).RunAsync));
        var client = new DirectClient(server, "bascule-sandbox");
        await AddNodeAsync(client, options.TimeProvider, cancellationToken);
        var events = new EventRecorder(client, "bascule-sandbox", options.TimeProvider, new Random(options.Random.Next()), options.LoggerFactory.CreateLogger<EventRecorder>());
        parts.Add(events);
        var gateway = await StartGatewayAsync(options, client, parts, cancellationToken);
        var controllers = new SandboxControllers(client, events, options, gateway, new ScaleTargets(server, "horizontal-pod-autoscaler"), routes => MakeRuntime(options, client, events, routes, logs, host.Address, Emptied(Path.Combine(directory, "work"))));
        parts.Add(controllers);
        await controllers.StartAsync(cancellationToken);
        var kubeconfig = WriteKubeconfig(options, directory, host.Address, token, certificate);
        var cluster = new SandboxCluster(host.Address, token, kubeconfig, client, gateway);
        cluster.parts.AddRange(parts);
        return cluster;
    }

    private static async Task<GatewayHost?> StartGatewayAsync(SandboxOptions options, IKubeClient client, List<IAsyncDisposable> parts, CancellationToken cancellationToken)
    {
        if (options.Gateway is not { } wanted)
            return null;
        var gateway = await GatewayHost.StartAsync(wanted.Port, options.TimeProvider, new Random(options.Random.Next()), options.LoggerFactory.CreateLogger<GatewayHost>(), cancellationToken);
        parts.Add(gateway);
        await RouteDefinitions.InstallAsync(client, cancellationToken);
        await GatewayObjects.InstallAsync(client, gateway.Address, cancellationToken);
        return gateway;
    }

    private static IPodRuntime MakeRuntime(SandboxOptions options, IKubeClient client, IEventSink events, IRoutes routes, PodLogStore logs, Uri api, string work)
    {
        if (options.Runtime == PodRuntimeKind.Simulated)
            return new SimulatedPodRuntime(client, options.TimeProvider);
        var common = new BaseEnvironment(Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", api.Host, api.Port);
        var context = new PodContext
        {
            Client = client,
            Events = events,
            Time = options.TimeProvider,
            Images = new ImageCatalog(options.Images),
            Environment = new ContainerEnvironment(client, common),
            Addresses = new PodAddressPool(new Random(options.Random.Next())),
            Logs = logs,
            Reaper = new ProcessReaper(),
            Prober = new Prober(options.TimeProvider),
            Routes = routes,
            WorkDirectory = work,
        };
        return new ProcessPodRuntime(context, options.LoggerFactory.CreateLogger<ProcessPodRuntime>());
    }

    private static async Task AddNodeAsync(DirectClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        var node = await client.CreateAsync(ResourceTypes.Nodes, null, NodeObject.Create(), cancellationToken);
        await client.PatchAsync(ResourceTypes.Nodes, node.Key, Patch.Merge(NodeObject.Status(time.GetUtcNow())), "status", cancellationToken);
    }

    private static string WriteKubeconfig(SandboxOptions options, string directory, Uri address, string token, X509Certificate2? certificate)
    {
        var path = Path.Combine(directory, "kubeconfig");
        SandboxKubeconfig.Write(path, address, token, certificate?.ExportCertificatePem());
        if (options.KubeconfigPath is not null)
            SandboxKubeconfig.Write(options.KubeconfigPath, address, token, certificate?.ExportCertificatePem());
        return path;
    }

    private static string MakeDirectory(string path)
    {
        var full = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
            throw new SandboxException("the sandbox runs on Linux: it needs the 127.0.0.0/8 loopback network and POSIX process groups");
        return Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>What an earlier sandbox left when it was killed means nothing to this one.</summary>
    private static string Emptied(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        return Directory.CreateDirectory(directory).FullName;
    }

    private static async Task EndAsync(List<IAsyncDisposable> parts)
    {
        for (var i = parts.Count - 1; i >= 0; i--)
            await parts[i].DisposeAsync();
    }

    /// <summary>A part that ends at once.</summary>
    private sealed class Part(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A loop that runs until it is disposed.</summary>
    private sealed class BackgroundLoop : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task loop;

        public BackgroundLoop(Func<CancellationToken, Task> run) => loop = run(stop.Token);

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }
}
