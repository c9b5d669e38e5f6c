using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>The DestinationRule whose subsets are the versions (SPEC-67).</summary>
/// <param name="Name">Its name.</param>
/// <param name="CanarySubsetName">The new version's subset.</param>
/// <param name="StableSubsetName">The stable version's subset.</param>
/// <param name="AdditionalSubsetNames">Subsets for experiments.</param>
public sealed record IstioDestinationRule(string Name, string CanarySubsetName, string StableSubsetName, ImmutableArray<string> AdditionalSubsetNames)
{
    /// <summary>Reads <c>destinationRule</c>.</summary>
    public static IstioDestinationRule Read(JsonElement rule) => new(
        rule.Text("name") ?? "",
        rule.Text("canarySubsetName") ?? "",
        rule.Text("stableSubsetName") ?? "",
        rule.Texts("additionalSubsetNames"));
}
