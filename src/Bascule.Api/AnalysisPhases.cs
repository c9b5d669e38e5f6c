namespace Bascule.Api;

/// <summary>Phases of an AnalysisRun, a metric and a measurement (RUN-18). An empty phase means: not begun.</summary>
public static class AnalysisPhases
{
    /// <summary>Not measured yet.</summary>
    public const string Pending = "Pending";

    /// <summary>Measuring.</summary>
    public const string Running = "Running";

    /// <summary>Complete and good.</summary>
    public const string Successful = "Successful";

    /// <summary>Complete and bad.</summary>
    public const string Failed = "Failed";

    /// <summary>Complete: could not be measured.</summary>
    public const string Error = "Error";

    /// <summary>Complete: neither good nor bad.</summary>
    public const string Inconclusive = "Inconclusive";

    /// <summary>True for the four final phases.</summary>
    public static bool IsComplete(string phase) => phase is Successful or Failed or Error or Inconclusive;
}
