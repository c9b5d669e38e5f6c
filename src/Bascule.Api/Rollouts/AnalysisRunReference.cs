using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>What the Rollout's status says of a current AnalysisRun (STAT-22).</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Status">Its phase.</param>
/// <param name="Message">Its message.</param>
public sealed record AnalysisRunReference(string Name, string Status, string Message)
{
    /// <summary>Reads a run status object; null when it names no run.</summary>
    public static AnalysisRunReference? Read(JsonElement? status) =>
        status is { } found && found.Text("name") is { Length: > 0 } name
            ? new AnalysisRunReference(name, found.Text("status") ?? "", found.Text("message") ?? "")
            : null;
}
