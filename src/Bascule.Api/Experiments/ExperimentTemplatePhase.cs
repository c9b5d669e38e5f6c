namespace Bascule.Api.Experiments;

/// <summary>Where one version of an Experiment stands (EX-10).</summary>
public enum ExperimentTemplatePhase
{
    /// <summary>Nothing has looked at it yet; the empty string on the wire.</summary>
    None,

    /// <summary>Not all wanted pods are available.</summary>
    Progressing,

    /// <summary>All wanted pods are available.</summary>
    Running,

    /// <summary>It ran as long as it should. Final.</summary>
    Successful,

    /// <summary>It could not be made. Final.</summary>
    Error,

    /// <summary>It made no progress within the deadline. Final.</summary>
    Failed,
}

/// <summary>The wire form and the order of <see cref="ExperimentTemplatePhase"/>.</summary>
public static class ExperimentTemplatePhases
{
    /// <summary>True for the three final phases.</summary>
    public static bool IsCompleted(this ExperimentTemplatePhase phase) => phase switch
    {
        ExperimentTemplatePhase.None or ExperimentTemplatePhase.Progressing or ExperimentTemplatePhase.Running => false,
        ExperimentTemplatePhase.Successful or ExperimentTemplatePhase.Error or ExperimentTemplatePhase.Failed => true,
    };

    /// <summary>The text in <c>status</c>; empty for <see cref="ExperimentTemplatePhase.None"/>.</summary>
    public static string Text(this ExperimentTemplatePhase phase) => phase switch
    {
        ExperimentTemplatePhase.None => "",
        ExperimentTemplatePhase.Progressing => "Progressing",
        ExperimentTemplatePhase.Running => "Running",
        ExperimentTemplatePhase.Successful => "Successful",
        ExperimentTemplatePhase.Error => "Error",
        ExperimentTemplatePhase.Failed => "Failed",
    };

    /// <summary>Reads <c>status</c>; a text that is no phase reads as <see cref="ExperimentTemplatePhase.None"/>, so that the version is looked at.</summary>
    public static ExperimentTemplatePhase Parse(string? text) => text switch
    {
        "Progressing" => ExperimentTemplatePhase.Progressing,
        "Running" => ExperimentTemplatePhase.Running,
        "Successful" => ExperimentTemplatePhase.Successful,
        "Error" => ExperimentTemplatePhase.Error,
        "Failed" => ExperimentTemplatePhase.Failed,
        _ => ExperimentTemplatePhase.None,
    };

    /// <summary>True when <paramref name="candidate"/> is worse than <paramref name="current"/> in the order of EX-16; one that nobody looked at yet counts as progressing.</summary>
    public static bool IsWorseThan(this ExperimentTemplatePhase candidate, ExperimentTemplatePhase current) => Rank(candidate) > Rank(current);

    private static int Rank(ExperimentTemplatePhase phase) => phase switch
    {
        ExperimentTemplatePhase.Successful => 0,
        ExperimentTemplatePhase.Running => 1,
        ExperimentTemplatePhase.None or ExperimentTemplatePhase.Progressing => 2,
        ExperimentTemplatePhase.Error => 3,
        ExperimentTemplatePhase.Failed => 4,
    };
}
