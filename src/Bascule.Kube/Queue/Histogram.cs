using System.Collections.Immutable;

namespace Bascule.Kube.Queue;

/// <summary>Counts values by size, as Prometheus does. Thread-safe.</summary>
/// <param name="bounds">The largest value of each bucket, ascending; what is larger still counts in the sum and the total alone.</param>
public sealed class Histogram(ImmutableArray<double> bounds)
{
    /// <summary>Guards the fields below, which change together.</summary>
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length];
    private long _total;
    private double _sum;

    /// <summary>Counts a value.</summary>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        lock (_gate)
        {
            if (bucket < bounds.Length)
                _counts[bucket]++;
            _total++;
            _sum += value;
        }
    }

    /// <summary>What was counted so far.</summary>
    public HistogramCounts Read()
    {
        var upTo = new long[bounds.Length];
        lock (_gate)
        {
            var sum = 0L;
            for (var i = 0; i < upTo.Length; i++)
                upTo[i] = sum += _counts[i];
            return new HistogramCounts(bounds, [.. upTo], _total, _sum);
        }
    }
}

/// <summary>What a <see cref="Histogram"/> has counted.</summary>
/// <param name="Bounds">The largest value of each bucket.</param>
/// <param name="UpTo">How many values were no larger than the bound; never falls from one to the next.</param>
/// <param name="Total">How many values there were.</param>
/// <param name="Sum">What they add up to.</param>
public sealed record HistogramCounts(ImmutableArray<double> Bounds, ImmutableArray<long> UpTo, long Total, double Sum);
