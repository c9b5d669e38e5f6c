using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>A VirtualService and which of its routes are changed (SPEC-67).</summary>
public sealed record IstioVirtualService
{
    private const string ClusterSuffix = ".cluster.local";

    /// <summary>Its name, or <c>name.namespace</c>; empty when not set.</summary>
    public string Name { get; init; } = "";

    /// <summary>The object's name, out of <c>name</c>, <c>name.namespace</c> or that with <c>.cluster.local</c>; a name may hold periods itself (VER-12).</summary>
    public string ObjectName => Reference.LastIndexOf('.') is >= 0 and var dot ? Reference[..dot] : Reference;

    /// <summary>The object's namespace; null for the Rollout's.</summary>
    public string? ObjectNamespace => Reference.LastIndexOf('.') is >= 0 and var dot ? Reference[(dot + 1)..] : null;

    private string Reference => Name.EndsWith(ClusterSuffix, StringComparison.Ordinal) ? Name[..^ClusterSuffix.Length] : Name;

    /// <summary>HTTP routes by name; empty for the only one.</summary>
    public ImmutableArray<string> Routes { get; init; } = [];

    /// <summary>TLS routes, told by port and hosts.</summary>
    public ImmutableArray<IstioTlsRoute> TlsRoutes { get; init; } = [];

    /// <summary>TCP routes, told by port; 0 for one without.</summary>
    public ImmutableArray<long> TcpPorts { get; init; } = [];

    /// <summary>Reads a VirtualService reference.</summary>
    public static IstioVirtualService Read(JsonElement reference) => new()
    {
        Name = reference.Text("name") ?? "",
        Routes = reference.Texts("routes"),
        TlsRoutes = [.. reference.Items("tlsRoutes").Select(IstioTlsRoute.Read)],
        TcpPorts = [.. reference.Items("tcpRoutes").Select(r => r.Long("port") ?? 0)],
    };
}
