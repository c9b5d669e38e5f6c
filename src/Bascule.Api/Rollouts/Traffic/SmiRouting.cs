using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>The Service Mesh Interface's part of <c>trafficRouting</c> (SPEC-70).</summary>
/// <param name="RootService">The Service that clients name; empty for the stable one.</param>
/// <param name="TrafficSplitName">The TrafficSplit; empty for the Rollout's name.</param>
public sealed record SmiRouting(string RootService, string TrafficSplitName)
{
    /// <summary>Reads <c>smi</c>.</summary>
    public static SmiRouting Read(JsonElement smi) => new(smi.Text("rootService") ?? "", smi.Text("trafficSplitName") ?? "");
}
