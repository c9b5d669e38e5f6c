namespace Bascule.Lab.Strategies;

/// <summary>Adds up the pods that an update takes beyond those that were there before. Not thread-safe.</summary>
internal sealed class PodMeter
{
    private int? _baseline;
    private int _over;
    private TimeSpan _since;

    /// <summary>The pods before the update; 0 before it begins.</summary>
    public int Before { get; private set; }

    /// <summary>The most pods beyond those before, at one moment.</summary>
    public int Peak { get; private set; }

    /// <summary>Pods beyond those before, times the seconds that they were there.</summary>
    public double PodSeconds { get; private set; }

    /// <summary>The update begins with this many pods.</summary>
    public void Begin(TimeSpan at, int pods) => (_baseline, Before, _since) = (pods, pods, at);

    /// <summary>So many pods are there from now on.</summary>
    public void Observe(TimeSpan at, int pods)
    {
        if (_baseline is not { } baseline)
            return;
        PodSeconds += _over * (at - _since).TotalSeconds;
        _since = at;
        _over = Math.Max(0, pods - baseline);
        Peak = Math.Max(Peak, _over);
    }

    /// <summary>The update has ended.</summary>
    public void End(TimeSpan at)
    {
        Observe(at, 0);
        _baseline = null;
    }
}
