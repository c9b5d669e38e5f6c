namespace Bascule.Sandbox.Gateway.Routing;

/// <summary>
/// Shares requests out exactly: the n-th request falls on the fractional part of n times the golden ratio, which spreads
/// evenly over any weights at any length of the sequence. A random choice would be off by the square root of the number
/// of requests, this is off by a few. Safe from any thread, without a lock.
/// </summary>
internal sealed class WeightedChoice
{
    /// <summary>The golden ratio's fractional part, in 64 bits: multiplying wraps around, which is taking the fraction.</summary>
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong[] _upTo;
    private ulong _turn;

    /// <summary>Prepares a choice.</summary>
    /// <param name="weights">The weights, 0 or more; when all are 0 nobody is ever chosen.</param>
    /// <param name="start">Where in the sequence to begin: random, so that many new choices do not all begin with the same.</param>
    public WeightedChoice(IReadOnlyList<double> weights, ulong start)
    {
        _turn = start;
        var total = weights.Sum();
        _upTo = new ulong[weights.Count];
        var sum = 0.0;
        var last = -1;
        for (var i = 0; i < weights.Count; i++)
        {
            sum += weights[i];
            _upTo[i] = total > 0 ? (ulong)Math.Min(sum / total * ulong.MaxValue, ulong.MaxValue) : 0;
            if (weights[i] > 0)
                last = i;
        }

        // What rounding leaves at the end belongs to the last one that gets anything.
        for (var i = last; i >= 0 && i < _upTo.Length; i++)
            _upTo[i] = ulong.MaxValue;
    }

    /// <summary>Whose turn it is; -1 when nobody has a weight.</summary>
    public int Next()
    {
        if (_upTo is [ulong.MaxValue, ..])
            return 0;
        var at = Interlocked.Increment(ref _turn) * Golden;
        for (var i = 0; i < _upTo.Length; i++)
        {
            if (at < _upTo[i] || _upTo[i] == ulong.MaxValue)
                return i;
        }

        return -1;
    }
}
