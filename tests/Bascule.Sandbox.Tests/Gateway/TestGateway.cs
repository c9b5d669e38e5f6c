using System.Globalization;
using Bascule.Kube;
using Bascule.Kube.Yaml;

namespace Bascule.Sandbox.Tests.Gateway;

/// <summary>A sandbox with its gateway, and real HTTP servers for pods, named by Services without selectors.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory;
    private readonly SandboxCluster _cluster;
    private readonly Dictionary<string, TestBackend> _backends = [];

    private TestGateway(DirectoryInfo directory, SandboxCluster cluster)
    {
        (_directory, _cluster) = (directory, cluster);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = cluster.GatewayAddress, Timeout = Patience };
    }

    public HttpClient Http { get; }

    public IKubeClient Client => _cluster.Client;

    public Uri Address => _cluster.GatewayAddress!;

    /// <summary>With a Service and a pod of each name.</summary>
    public static async Task<TestGateway> StartAsync(params string[] services)
    {
        var directory = Directory.CreateTempSubdirectory("bascule-test-");
        var cluster = await SandboxCluster.StartAsync(
            new SandboxOptions { StateDirectory = directory.FullName, Random = new Random(1), Runtime = PodRuntimeKind.Simulated, Gateway = new GatewayOptions { Port = 0 } },
            CancellationToken.None);
        var gateway = new TestGateway(directory, cluster);
        foreach (var name in services)
            await gateway.AddAsync(name);
        return gateway;
    }

    public TestBackend Pod(string service) => _backends[service];

    public async Task AddAsync(string service)
    {
        var backend = await TestBackend.StartAsync(service);
        _backends.Add(service, backend);
        await ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: {{service}} }
            spec: { ports: [{ name: http, port: 80 }] }
            ---
            {{Slice(service, $"[{{ addresses: [127.0.0.1], conditions: {{ ready: true }} }}]", backend.Port)}}
            """);
    }

    /// <summary>The pods of a Service, as text of YAML.</summary>
    public static string Slice(string service, string endpoints, int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: {{service}}, labels: { kubernetes.io/service-name: {{service}} } }
        addressType: IPv4
        ports: [{ name: http, port: {{port}}, protocol: TCP }]
        endpoints: {{endpoints}}
        """);

    /// <summary>Creates or changes objects, all of default.</summary>
    public async Task ApplyAsync(string yaml)
    {
        foreach (var document in YamlReader.ReadAll(yaml))
        {
            var body = document.Root.AsObject();
            var type = await TypeAsync((string)body["apiVersion"]!, (string)body["kind"]!);
            var patch = new Patch(PatchType.Apply, body) { FieldManager = "test", Force = true };
            await Client.PatchAsync(type, new ObjectKey("default", (string)body["metadata"]!["name"]!), patch, null, CancellationToken.None);
        }
    }

    /// <summary>Asks once.</summary>
    public async Task<HttpResponseMessage> AskAsync(string host, string path = "/", Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        with?.Invoke(request);
        return await Http.SendAsync(request);
    }

    /// <summary>Asks once, for the answer's text.</summary>
    public async Task<string> TextAsync(string host, string path = "/", Action<HttpRequestMessage>? with = null)
    {
        using var answer = await AskAsync(host, path, with);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Asks again and again until the answer is as wanted.</summary>
    public async Task UntilAsync(string host, Func<string, bool> wanted, string path = "/")
    {
        using var bound = new CancellationTokenSource(Patience);
        for (var answer = await TextAsync(host, path); !wanted(answer); answer = await TextAsync(host, path))
            Assert.False(bound.IsCancellationRequested, $"waited {Patience.TotalSeconds} s, {host}{path} still answers {answer}");
    }

    /// <summary>Watches an object until it is as wanted.</summary>
    public async Task<KubeObject> UntilAsync(ResourceType type, string name, Func<KubeObject, bool> wanted)
    {
        using var bound = new CancellationTokenSource(Patience);
        await foreach (var change in Client.WatchAsync(type, "default", new WatchOptions { SendInitialEvents = true, AllowBookmarks = false }, bound.Token))
        {
            if (change.Object.Name == name && wanted(change.Object))
                return change.Object;
        }

        throw new TimeoutException($"{type.Kind} {name}");
    }

    /// <summary>The lines of the gateway's metrics that begin so.</summary>
    public async Task<IReadOnlyList<string>> MetricsAsync(string beginning)
    {
        using var http = new HttpClient { BaseAddress = _cluster.GatewayMetricsAddress };
        return [.. (await http.GetStringAsync("/metrics")).Split('\n').Where(l => l.StartsWith(beginning, StringComparison.Ordinal))];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _cluster.DisposeAsync();
        foreach (var backend in _backends.Values)
            await backend.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<ResourceType> TypeAsync(string apiVersion, string kind)
    {
        ResourceType[] known = [ResourceTypes.Services, ResourceTypes.EndpointSlices, ResourceTypes.Ingresses];
        if (known.FirstOrDefault(t => t.ApiVersion == apiVersion && t.Kind == kind) is { } type)
            return type;
        var group = apiVersion.Split('/')[0];
        var definitions = await Client.ListAsync(ResourceTypes.CustomResourceDefinitions, null, ListOptions.All, CancellationToken.None);
        var definition = definitions.Items.Single(d => d.Root.At("spec").Text("group") == group && d.Root.At("spec", "names").Text("kind") == kind);
        return new ResourceType(group, apiVersion.Split('/')[1], definition.Root.At("spec", "names").Text("plural")!, kind, definition.Root.At("spec").Text("scope") == "Namespaced");
    }
}
