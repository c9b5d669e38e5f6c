namespace Bascule.Simulation.Faults;

/// <summary>Faults by chance.</summary>
/// <param name="random">The chance.</param>
public sealed class RandomFaults(Random random) : IFaults
{
    /// <summary>How likely what is; can be changed at any time.</summary>
    public FaultPlan Plan { get; set; } = FaultPlan.None;

    /// <inheritdoc/>
    public CallFault OfRead() => Happens(Plan.ServerError) ? CallFault.ServerError : Happens(Plan.Timeout) ? CallFault.Timeout : CallFault.None;

    /// <inheritdoc/>
    public CallFault OfWrite()
    {
        if (Happens(Plan.Conflict))
            return CallFault.Conflict;
        if (Happens(Plan.ServerError))
            return CallFault.ServerError;
        if (Happens(Plan.Timeout))
            return CallFault.Timeout;
        if (Happens(Plan.Crash))
            return random.Next(4) == 0 ? CallFault.CrashBefore : CallFault.Crash;
        return Happens(Plan.LostResponse) ? CallFault.LostResponse : CallFault.None;
    }

    /// <summary>True as often as asked.</summary>
    /// <param name="probability">From 0 to 1.</param>
    public bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
}
