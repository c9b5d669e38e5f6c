using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>When a ReplicaSet has enough available pods for the next step (BC-12).</summary>
/// <param name="IsPercent">True for type <c>Percent</c>; any other type counts pods.</param>
/// <param name="Value">Percent of the wanted pods, or pods; below 0 the threshold is ignored.</param>
public sealed record ReplicaProgressThreshold(bool IsPercent, int Value)
{
    /// <summary>Reads <c>replicaProgressThreshold</c>.</summary>
    public static ReplicaProgressThreshold Read(JsonElement threshold) => new(threshold.Text("type") == "Percent", threshold.Int("value") ?? 0);
}
