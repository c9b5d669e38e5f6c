using System.Collections.Immutable;
using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Lab.Load;
using Bascule.Lab.Manifests;

namespace Bascule.Lab.Runs;

/// <summary>How the users of an exercise come in.</summary>
/// <param name="FindAsync">Finds the address; null while there is none.</param>
/// <param name="Problem">What to say when there never is one.</param>
internal sealed record Entrance(Func<LabCluster, CancellationToken, Task<Uri?>> FindAsync, string Problem)
{
    private const string AskForUrl = "give the address with --url";

    /// <summary>Who they are.</summary>
    public ImmutableArray<UserGroup> Users { get; init; } = [new UserGroup(1)];

    /// <summary>By the node port of the lab's Service.</summary>
    public static Entrance NodePort { get; } = new(
        (cluster, token) => ServiceAddress.FindAsync(cluster.Client, new ObjectKey(cluster.Namespace, LabTraffic.Service), token),
        $"the service {LabTraffic.Service} has no node port, or no node has an address: {AskForUrl}");

    /// <summary>By the address that an ingress controller writes into an Ingress.</summary>
    public static Entrance Ingress(string name, params ReadOnlySpan<string> hosts) => new(
        async (cluster, token) => cluster.Gateway ?? await IngressAsync(cluster, name, token),
        $"the Ingress {name} has no address; does an ingress controller run? {AskForUrl}")
    {
        Users = [.. hosts.ToArray().Select(h => new UserGroup(1) { Host = h })],
    };

    /// <summary>By the gateway of Istio, where its own installation puts it.</summary>
    public static Entrance Istio(string host) => new(
        async (cluster, token) => cluster.Gateway ?? await ServiceAddress.FindAsync(cluster.Client, new ObjectKey("istio-system", "istio-ingressgateway"), token),
        $"the service istio-system/istio-ingressgateway has no node port; is Istio installed? {AskForUrl}")
    {
        Users = [new UserGroup(1) { Host = host }],
    };

    /// <summary>By the address that a Gateway of the Gateway API has.</summary>
    public static Entrance Gateway(string name, string host) => new(
        async (cluster, token) => cluster.Gateway ?? await GatewayAsync(cluster, name, token),
        $"the Gateway {name} has no address; does something serve its class? {AskForUrl}")
    {
        Users = [new UserGroup(1) { Host = host }],
    };

    private static async Task<Uri?> IngressAsync(LabCluster cluster, string name, CancellationToken cancellationToken)
    {
        var found = await cluster.Client.GetAsync(ResourceTypes.Ingresses, new ObjectKey(cluster.Namespace, name), cancellationToken);
        var address = found.Root.Member("status").Member("loadBalancer").Items("ingress").FirstOrDefault();
        return Address(address.Text("ip") ?? address.Text("hostname"), address.Items("ports").FirstOrDefault().Int("port"));
    }

    private static async Task<Uri?> GatewayAsync(LabCluster cluster, string name, CancellationToken cancellationToken)
    {
        var found = await cluster.Client.GetAsync(LabTypes.Gateways, new ObjectKey(cluster.Namespace, name), cancellationToken);
        var address = found.Root.Member("status").Items("addresses").Select(a => a.Text("value")).FirstOrDefault();
        return Address(address, found.Root.Member("spec").Items("listeners").Select(l => l.Int("port")).FirstOrDefault());
    }

    private static Uri? Address(string? host, int? port) => string.IsNullOrEmpty(host) ? null : new UriBuilder("http", host, port ?? 80).Uri;
}
