using System.Globalization;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Lab.Runs;

/// <summary>Finds how a service of type NodePort is reached from this machine.</summary>
internal static class ServiceAddress
{
    private static readonly string[] Preferred = ["ExternalIP", "InternalIP"];

    /// <summary>The address of the service's first port; null while it has no port or no node has an address.</summary>
    /// <exception cref="KubeException">The server refused; not found when there is no such service.</exception>
    public static async Task<Uri?> FindAsync(IKubeClient client, ObjectKey service, CancellationToken cancellationToken)
    {
        var found = await client.GetAsync(ResourceTypes.Services, service, cancellationToken);
        if (found.Root.Member("spec").Items("ports").Select(p => p.Int("nodePort")).FirstOrDefault(p => p is > 0) is not { } port)
            return null;
        var addresses = (await client.ListAsync(ResourceTypes.Nodes, null, ListOptions.All, cancellationToken)).Items
            .SelectMany(n => n.Root.Member("status").Items("addresses"))
            .ToLookup(a => a.Text("type") ?? "", a => a.Text("address") ?? "");
        return Preferred.SelectMany(type => addresses[type]).FirstOrDefault(a => a.Length > 0) is { } host
            ? new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/"))
            : null;
    }
}
