using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Traefik's part of <c>trafficRouting</c> (SPEC-70).</summary>
/// <param name="WeightedTraefikServiceName">The TraefikService whose weights are changed; empty when not set.</param>
public sealed record TraefikRouting(string WeightedTraefikServiceName)
{
    /// <summary>Reads <c>traefik</c>.</summary>
    public static TraefikRouting Read(JsonElement traefik) => new(traefik.Text("weightedTraefikServiceName") ?? "");
}
