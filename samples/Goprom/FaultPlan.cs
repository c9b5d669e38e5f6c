namespace Goprom;

/// <summary>Which requests fail on purpose: spread evenly, so that a rate of 0.3 means exactly 3 of every 10.</summary>
/// <param name="rate">The share that fails, from 0 to 1.</param>
internal sealed class FaultPlan(double rate)
{
    private long _seen;

    /// <summary>Whether the next request fails. Safe from any thread.</summary>
    public bool NextFails()
    {
        if (rate <= 0)
            return false;
        var number = Interlocked.Increment(ref _seen);
        return FailedAmong(number) > FailedAmong(number - 1);
    }

    // The small addition keeps 0.3 * 10 from landing just below 3 in binary.
    private double FailedAmong(long count) => Math.Floor((count * rate) + 1e-9);
}
