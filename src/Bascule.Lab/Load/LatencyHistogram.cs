namespace Bascule.Lab.Load;

/// <summary>
/// Latencies in buckets that grow by 5 %, from 10 µs to over 2 minutes: percentiles within 5 % in fixed memory.
/// Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const double Growth = 1.05;
    private const int Buckets = 340;
    private static readonly TimeSpan Smallest = TimeSpan.FromMicroseconds(10);

    private readonly long[] _counts = new long[Buckets];
    private long _total;

    public void Record(TimeSpan latency)
    {
        _counts[BucketOf(latency)]++;
        _total++;
    }

    /// <summary>The upper bound of the bucket in which the share of latencies ends; zero when nothing was recorded.</summary>
    /// <param name="share">From 0 to 1.</param>
    public TimeSpan Percentile(double share)
    {
        if (_total == 0)
            return TimeSpan.Zero;
        var rank = Math.Max(1, (long)Math.Ceiling(share * _total));
        var seen = 0L;
        var bucket = 0;
        while ((seen += _counts[bucket]) < rank)
            bucket++;
        return Smallest * Math.Pow(Growth, bucket);
    }

    private static int BucketOf(TimeSpan latency) =>
        latency <= Smallest ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(latency / Smallest, Growth)));
}
