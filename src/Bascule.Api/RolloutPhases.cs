namespace Bascule.Api;

/// <summary>Values of <c>status.phase</c> of a Rollout (PH rows).</summary>
public static class RolloutPhases
{
    /// <summary>The new version is fully rolled out, or there is nothing to do.</summary>
    public const string Healthy = "Healthy";

    /// <summary>Invalid, aborted or timed out.</summary>
    public const string Degraded = "Degraded";

    /// <summary>On its way.</summary>
    public const string Progressing = "Progressing";

    /// <summary>Waiting for a user, a duration or a decision.</summary>
    public const string Paused = "Paused";
}
