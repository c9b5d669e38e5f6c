namespace Bascule.Api.Analysis;

/// <summary>Where an AnalysisRun, one of its metrics, or a measurement stands (RUN-18).</summary>
public enum AnalysisPhase
{
    /// <summary>Nothing has looked at it yet; the empty string on the wire.</summary>
    None,

    /// <summary>Known, but nothing was measured yet.</summary>
    Pending,

    /// <summary>Measuring.</summary>
    Running,

    /// <summary>Ended well. Final.</summary>
    Successful,

    /// <summary>Ended badly. Final.</summary>
    Failed,

    /// <summary>Could not be judged because measuring itself went wrong. Final.</summary>
    Error,

    /// <summary>Neither good nor bad: a human must decide. Final.</summary>
    Inconclusive,
}

/// <summary>The wire form and the order of <see cref="AnalysisPhase"/>.</summary>
public static class AnalysisPhases
{
    /// <summary>True for the four final phases: a run or metric in one of them never changes again.</summary>
    public static bool IsCompleted(this AnalysisPhase phase) => phase switch
    {
        AnalysisPhase.None or AnalysisPhase.Pending or AnalysisPhase.Running => false,
        AnalysisPhase.Successful or AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive => true,
    };

    /// <summary>The text in <c>status.phase</c>; empty for <see cref="AnalysisPhase.None"/>.</summary>
    public static string Text(this AnalysisPhase phase) => phase switch
    {
        AnalysisPhase.None => "",
        AnalysisPhase.Pending => "Pending",
        AnalysisPhase.Running => "Running",
        AnalysisPhase.Successful => "Successful",
        AnalysisPhase.Failed => "Failed",
        AnalysisPhase.Error => "Error",
        AnalysisPhase.Inconclusive => "Inconclusive",
    };

    /// <summary>Reads <c>status.phase</c>; a text that is no phase reads as <see cref="AnalysisPhase.None"/>, so that the run is looked at.</summary>
    public static AnalysisPhase Parse(string? text) => text switch
    {
        "Pending" => AnalysisPhase.Pending,
        "Running" => AnalysisPhase.Running,
        "Successful" => AnalysisPhase.Successful,
        "Failed" => AnalysisPhase.Failed,
        "Error" => AnalysisPhase.Error,
        "Inconclusive" => AnalysisPhase.Inconclusive,
        _ => AnalysisPhase.None,
    };

    /// <summary>True when <paramref name="candidate"/> is worse than <paramref name="current"/> in the order of RUN-14.</summary>
    public static bool IsWorseThan(this AnalysisPhase candidate, AnalysisPhase current) => Rank(candidate) > Rank(current);

    private static int Rank(AnalysisPhase phase) => phase switch
    {
        AnalysisPhase.None or AnalysisPhase.Successful => 0,
        AnalysisPhase.Running => 1,
        AnalysisPhase.Pending => 2,
        AnalysisPhase.Inconclusive => 3,
        AnalysisPhase.Error => 4,
        AnalysisPhase.Failed => 5,
    };
}
