using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Simulation.Invariants;

/// <summary>A Deployment whose place a Rollout takes.</summary>
/// <param name="Wanted">Its pods; they have run for long, so that all are available.</param>
/// <param name="Generation">Its generation, as text.</param>
public sealed record WorkloadFacts(int Wanted, string Generation)
{
    /// <summary>Reads a Deployment.</summary>
    public static WorkloadFacts Read(JsonElement root) => new(
        root.Member("spec").Int("replicas") ?? 1, (root.Member("metadata").Long("generation") ?? 0).ToString(CultureInfo.InvariantCulture));
}
