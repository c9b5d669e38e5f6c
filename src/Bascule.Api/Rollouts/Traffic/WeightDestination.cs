using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>How much traffic one version gets (STAT-20).</summary>
/// <param name="Weight">Its share, in the unit of <c>setWeight</c>.</param>
/// <param name="ServiceName">Its Service; empty for none.</param>
/// <param name="PodTemplateHash">Its hash; empty while there is none.</param>
public sealed record WeightDestination(int Weight, string ServiceName, string PodTemplateHash)
{
    /// <summary>Reads a destination; an absent one has weight 0 and no names.</summary>
    public static WeightDestination Read(JsonElement destination) => new(
        destination.Int("weight") ?? 0,
        destination.Text("serviceName") ?? "",
        destination.Text("podTemplateHash") ?? "");
}
