using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>The workload whose pod template a Rollout takes over (SPEC-13).</summary>
/// <param name="ApiVersion">Group and version, such as <c>apps/v1</c>.</param>
/// <param name="Kind"><c>Deployment</c>, <c>ReplicaSet</c> or <c>PodTemplate</c>.</param>
/// <param name="Name">Its name, in the Rollout's namespace.</param>
/// <param name="ScaleDown">A value of <see cref="WorkloadScaleDown"/>, or empty; anything else leaves the workload alone, as <c>never</c> does (SPEC-17).</param>
public sealed record WorkloadReference(string ApiVersion, string Kind, string Name, string ScaleDown)
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group => ApiVersion.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? ApiVersion[..slash] : "";

    /// <summary>Reads <c>workloadRef</c>; null when there is none.</summary>
    public static WorkloadReference? Read(JsonElement? reference) =>
        reference is { } found
            ? new(found.Text("apiVersion") ?? "", found.Text("kind") ?? "", found.Text("name") ?? "", found.Text("scaleDown") ?? "")
            : null;
}
