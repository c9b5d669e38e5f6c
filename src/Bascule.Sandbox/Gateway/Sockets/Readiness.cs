namespace Bascule.Sandbox.Gateway.Sockets;

/// <summary>What an event loop knows of one socket.</summary>
/// <param name="forget">Called when the socket is closed.</param>
internal sealed class Readiness(Action forget)
{
    private volatile bool _hasEnded;

    /// <summary>Set when there may be more to read.</summary>
    public Signal Readable { get; } = new();

    /// <summary>Set when there may be more room to send.</summary>
    public Signal Writable { get; } = new();

    /// <summary>Whether nothing more comes than what can be read now: nothing will tell of it again.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Something happened to the socket. Who waited for it goes on before this returns.</summary>
    public void Note(SocketEvents events)
    {
        const SocketEvents Over = SocketEvents.Ended | SocketEvents.Closed | SocketEvents.Failed;
        if ((events & Over) != 0)
            _hasEnded = true;
        if ((events & (SocketEvents.Readable | Over)) != 0)
            Readable.Set();
        if ((events & (SocketEvents.Writable | Over)) != 0)
            Writable.Set();
    }

    /// <summary>The socket was closed: whoever waits finds out, elsewhere.</summary>
    public void Close()
    {
        forget();
        _hasEnded = true;
        Readable.SetLater();
        Writable.SetLater();
    }
}
