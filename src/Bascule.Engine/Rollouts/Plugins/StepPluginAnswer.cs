using System.Text.Json;
using Bascule.Api;

namespace Bascule.Engine.Rollouts.Plugins;

/// <summary>What came of a <see cref="StepPluginCall"/>.</summary>
public sealed record StepPluginAnswer
{
    /// <summary>One of <see cref="StepPluginPhases"/>; empty for running, and for success where something is to end (SP-2).</summary>
    public string Phase { get; init; } = "";

    /// <summary>What the plugin says of it; long ones are cut.</summary>
    public string Message { get; init; } = "";

    /// <summary>While running: when the plugin wants to be called again; up to 10 s count as not set, which is 30 s (SP-3).</summary>
    public TimeSpan? CallAgainAfter { get; init; }

    /// <summary>After a run: what the plugin wants back at its next call; null for nothing. An error leaves what was kept before (SP-10).</summary>
    public JsonElement? State { get; init; }

    /// <summary>The plugin is switched off here, so the step is skipped (SP-9).</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Why there was no plugin to call; null when there was (SP-5).</summary>
    public string? Problem { get; init; }
}
