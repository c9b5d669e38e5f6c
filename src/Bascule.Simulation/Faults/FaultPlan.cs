namespace Bascule.Simulation.Faults;

/// <summary>How unkind the world is in one run. Probabilities are per call, event or move, from 0 to 1.</summary>
public sealed record FaultPlan
{
    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>A write is refused because somebody wrote first.</summary>
    public double Conflict { get; init; }

    /// <summary>A call fails before anything happened.</summary>
    public double ServerError { get; init; }

    /// <summary>A call times out before anything happened.</summary>
    public double Timeout { get; init; }

    /// <summary>A write happens, and its answer is lost.</summary>
    public double LostResponse { get; init; }

    /// <summary>The controller dies between two writes and starts afresh.</summary>
    public double Crash { get; init; }

    /// <summary>A change is held back from the cache for a while.</summary>
    public double StaleCache { get; init; }

    /// <summary>The watch breaks or is told 410; the cache is listed anew.</summary>
    public double DroppedWatch { get; init; }

    /// <summary>Something that did not change is told of once more.</summary>
    public double RepeatedEvent { get; init; }

    /// <summary>Another controller becomes the leader while the old one does not know it yet.</summary>
    public double LeaderChange { get; init; }

    /// <summary>The clock is corrected.</summary>
    public double ClockJump { get; init; }

    /// <summary>A container crashes, a pod is evicted, or a node is lost.</summary>
    public double PodTrouble { get; init; }

    /// <summary>Draws a plan: most runs have one or two kinds of trouble, a few have all, and a few none.</summary>
    public static FaultPlan Draw(Random random)
    {
        double Maybe(double likely, double most) => random.NextDouble() < likely ? random.NextDouble() * most : 0;
        return new FaultPlan
        {
            Conflict = Maybe(0.4, 0.3),
            ServerError = Maybe(0.3, 0.3),
            Timeout = Maybe(0.2, 0.2),
            LostResponse = Maybe(0.4, 0.3),
            Crash = Maybe(0.3, 0.1),
            StaleCache = Maybe(0.5, 0.6),
            DroppedWatch = Maybe(0.3, 0.1),
            RepeatedEvent = Maybe(0.2, 0.05),
            LeaderChange = Maybe(0.2, 0.02),
            ClockJump = Maybe(0.1, 0.01),
            PodTrouble = Maybe(0.3, 0.03),
        };
    }
}
