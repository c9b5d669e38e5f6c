namespace Bascule.Lab.Runs;

/// <summary>What a mark on the time axis stands for.</summary>
public enum MarkKind
{
    /// <summary>The new version was applied.</summary>
    Applied,

    /// <summary>Something was done to the way of users, by hand or by the controller.</summary>
    Action,

    /// <summary>The rollout asked for another share of traffic; <see cref="LabMark.Weight"/> has it.</summary>
    Weight,

    /// <summary>A measurement was good.</summary>
    GoodMeasurement,

    /// <summary>A measurement was bad, or could not be made.</summary>
    BadMeasurement,

    /// <summary>The analysis failed for good.</summary>
    AnalysisFailed,

    /// <summary>The update was given up for another reason.</summary>
    Aborted,

    /// <summary>The new version was found bad, and the way back begins by hand.</summary>
    TakenBack,

    /// <summary>No user was answered by the new version any more.</summary>
    RolledBack,

    /// <summary>The new version is the stable one.</summary>
    Promoted,
}

/// <summary>Something that happened during the run.</summary>
/// <param name="At">When, since the first request of the traffic.</param>
/// <param name="Kind">What.</param>
/// <param name="Text">One line for people.</param>
public sealed record LabMark(TimeSpan At, MarkKind Kind, string Text)
{
    /// <summary>Percent of traffic asked for the new version; only with <see cref="MarkKind.Weight"/>.</summary>
    public int? Weight { get; init; }
}
