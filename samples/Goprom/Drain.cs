namespace Goprom;

/// <summary>
/// The time between being asked to stop and refusing connections. A cluster hears of the end and of the request to end
/// at the same moment, so for a while requests still come; closing the door on them would lose them.
/// </summary>
internal sealed class Drain(TimeProvider time)
{
    /// <summary>How long requests in flight may take once the listeners are closed.</summary>
    public static readonly TimeSpan InFlightBound = TimeSpan.FromSeconds(2);

    // With InFlightBound these keep the whole end below 5 seconds.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(2500);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private volatile bool _begun;
    private long _lastSeen;

    /// <summary>From now on the pod is unready and answers close their connection.</summary>
    public bool Begun => _begun;

    /// <summary>A request came.</summary>
    public void Seen() => Volatile.Write(ref _lastSeen, time.GetTimestamp());

    /// <summary>Returns when no request has come for a moment, or when waiting longer would be too long.</summary>
    public async Task RunAsync()
    {
        _begun = true;
        var start = time.GetTimestamp();
        TimeSpan waited;
        do
        {
            await Task.Delay(Step, time);
            waited = time.GetElapsedTime(start);
        }
        while (waited < Shortest || (waited < Longest && time.GetElapsedTime(Volatile.Read(ref _lastSeen)) < Quiet));
    }
}
