using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>One call of a step plugin that has begun: an entry of <c>status.canary.stepPluginStatuses</c> (STAT-25).</summary>
public sealed record StepPluginStatus
{
    /// <summary>The step, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The plugin.</summary>
    public required string Name { get; init; }

    /// <summary><c>Run</c>, <c>Terminate</c> or <c>Abort</c>.</summary>
    public string Operation { get; init; } = "";

    /// <summary><c>Running</c>, <c>Successful</c>, <c>Failed</c> or <c>Error</c>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>What the plugin says of it.</summary>
    public string Message { get; init; } = "";

    /// <summary>When it was first called.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was last called.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How long to wait before the next call, as a Go duration; empty for the default.</summary>
    public string Backoff { get; init; } = "";

    /// <summary>How often it was called.</summary>
    public int Executions { get; init; }

    /// <summary>The plugin was switched off, so the step was skipped.</summary>
    public bool Disabled { get; init; }

    /// <summary>What the plugin wants back at its next call, any JSON; null for nothing.</summary>
    public JsonElement? Status { get; init; }

    /// <summary>Reads an entry.</summary>
    public static StepPluginStatus Read(JsonElement entry) => new()
    {
        Index = entry.Int("index") ?? 0,
        Name = entry.Text("name") ?? "",
        Operation = entry.Text("operation") ?? "",
        Phase = entry.Text("phase") ?? "",
        Message = entry.Text("message") ?? "",
        StartedAt = entry.Instant("startedAt"),
        UpdatedAt = entry.Instant("updatedAt"),
        FinishedAt = entry.Instant("finishedAt"),
        Backoff = entry.Text("backoff") ?? "",
        Executions = entry.Int("executions") ?? 0,
        Disabled = entry.Bool("disabled") ?? false,
        Status = entry.Raw("status"),
    };
}
