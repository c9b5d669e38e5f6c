using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Which TLS routes of a VirtualService are meant (SPEC-67).</summary>
/// <param name="Port">Their port; 0 for any.</param>
/// <param name="SniHosts">Their hosts; empty for any.</param>
public sealed record IstioTlsRoute(long Port, ImmutableArray<string> SniHosts)
{
    /// <summary>Reads an entry of <c>tlsRoutes</c>.</summary>
    public static IstioTlsRoute Read(JsonElement route) => new(route.Long("port") ?? 0, route.Texts("sniHosts"));
}
