namespace Bascule.Simulation.World;

/// <summary>What a measurement comes to.</summary>
public enum MetricAnswer
{
    /// <summary>Well above what the success condition asks.</summary>
    Good,

    /// <summary>Between the success and the failure condition.</summary>
    Doubtful,

    /// <summary>What the failure condition means.</summary>
    Bad,

    /// <summary>Not a number.</summary>
    NotANumber,

    /// <summary>No value at all.</summary>
    Empty,

    /// <summary>The metrics server does not answer.</summary>
    Error,
}
