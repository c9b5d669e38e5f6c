using System.Threading.Tasks.Sources;

namespace Bascule.Sandbox.Gateway.Sockets;

/// <summary>
/// Wakes one who waits; remembers that it was set when nobody does, until somebody waits. It is used again and again, and who
/// waits goes on where it was set, whatever context he came from.
/// </summary>
internal sealed class Signal : IValueTaskSource
{
    private static readonly object s_set = new();

    // Null, s_set, or what who waits wants to be called.
    private object? _state;
    private object? _argument;

    /// <summary>How often it really was waited for, as who waits counts.</summary>
    public int Waits { get; private set; }

    /// <summary>Waits until it is set, and clears it. Only one may wait.</summary>
    public ValueTask WaitAsync() => new(this, 0);

    /// <summary>Sets it. Who waits goes on at once, before this returns.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _state, s_set) is Action<object?> goOn)
            goOn(_argument);
    }

    /// <summary>The same, but who waits goes on elsewhere.</summary>
    public void SetLater() => ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.Set(), this, preferLocal: false);

    void IValueTaskSource.GetResult(short token) => Interlocked.Exchange(ref _state, null);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => Volatile.Read(ref _state) == s_set ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _argument = state;
        Waits++;
        // Set just now: by somebody who is gone.
        if (Interlocked.CompareExchange(ref _state, continuation, null) is not null)
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
    }
}
