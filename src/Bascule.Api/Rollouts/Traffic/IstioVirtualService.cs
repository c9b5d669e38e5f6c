using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>A VirtualService and which of its routes are changed (SPEC-67).</summary>
public sealed record IstioVirtualService
{
    /// <summary>Its name, or <c>name.namespace</c>; empty when not set.</summary>
    public string Name { get; init; } = "";

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
