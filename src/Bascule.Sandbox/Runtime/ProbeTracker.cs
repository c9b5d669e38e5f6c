namespace Bascule.Sandbox.Runtime;

/// <summary>Counts results in a row until a threshold turns the verdict.</summary>
/// <param name="spec">The thresholds.</param>
internal sealed class ProbeTracker(ProbeSpec spec)
{
    private bool lastResult;
    private int inARow;

    /// <summary>The verdict: a container is alive, but neither started nor ready, until probes say otherwise.</summary>
    public bool Passes { get; private set; } = spec.Kind == ProbeKind.Liveness;

    /// <summary>Counts a result.</summary>
    /// <returns>True when it settled a verdict, be it the old one.</returns>
    public bool Count(bool success)
    {
        inARow = success == lastResult ? inARow + 1 : 1;
        lastResult = success;
        if (inARow < (success ? spec.SuccessThreshold : spec.FailureThreshold))
            return false;
        Passes = success;
        return true;
    }
}
