using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Ambassador's part of <c>trafficRouting</c> (SPEC-70).</summary>
/// <param name="Mappings">The Mappings of the stable Service.</param>
public sealed record AmbassadorRouting(ImmutableArray<string> Mappings)
{
    /// <summary>Reads <c>ambassador</c>.</summary>
    public static AmbassadorRouting Read(JsonElement ambassador) => new(ambassador.Texts("mappings"));
}
