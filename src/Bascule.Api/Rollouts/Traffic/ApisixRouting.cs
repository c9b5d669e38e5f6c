using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Apache APISIX's part of <c>trafficRouting</c> (SPEC-70).</summary>
/// <param name="RouteName">The ApisixRoute whose backends are weighted; empty when not set.</param>
/// <param name="Rules">Its rules by name; empty for the only one.</param>
public sealed record ApisixRouting(string RouteName, ImmutableArray<string> Rules)
{
    /// <summary>Reads <c>apisix</c>.</summary>
    public static ApisixRouting Read(JsonElement apisix) => new(apisix.Member("route").Text("name") ?? "", apisix.Member("route").Texts("rules"));
}
