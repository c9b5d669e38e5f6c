namespace Bascule.Kube.Queue;

/// <summary>Delays that double, with jitter that only ever shortens them.</summary>
/// <param name="First">The first delay.</param>
/// <param name="Longest">The bound.</param>
public sealed record BackOff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>1 ms doubling to 10 s (RT-4).</summary>
    public static BackOff Reconcile { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));

    /// <summary>For connections: 200 ms doubling to 30 s.</summary>
    public static BackOff Connection { get; } = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));

    /// <summary>The share of a delay that chance may take away.</summary>
    private const double Jitter = 0.2;

    /// <summary>The delay after a number of failures in a row.</summary>
    /// <param name="failures">1 or more.</param>
    /// <param name="random">Spreads callers that failed together.</param>
    public TimeSpan After(int failures, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var doubled = First.TotalMilliseconds * Math.Pow(2, failures - 1);
        return TimeSpan.FromMilliseconds(Math.Min(doubled, Longest.TotalMilliseconds) * (1 - Jitter * random.NextDouble()));
    }
}
