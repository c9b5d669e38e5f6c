namespace Bascule.Api;

/// <summary>Reasons in <c>status.pauseConditions</c> (STAT-13).</summary>
public static class PauseReasons
{
    /// <summary>An analysis run could not tell good from bad.</summary>
    public const string InconclusiveAnalysisRun = "InconclusiveAnalysisRun";

    /// <summary>An experiment could not tell good from bad.</summary>
    public const string InconclusiveExperiment = "InconclusiveExperiment";

    /// <summary>A pause step of a canary.</summary>
    public const string CanaryPauseStep = "CanaryPauseStep";

    /// <summary>A blue-green rollout before its switch.</summary>
    public const string BlueGreenPause = "BlueGreenPause";
}
