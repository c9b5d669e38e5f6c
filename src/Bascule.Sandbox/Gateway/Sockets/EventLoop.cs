using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Bascule.Sandbox.Gateway.Sockets;

/// <summary>
/// A thread that waits for news of sockets, and on which whoever waited goes on. The runtime's own way, one thread that waits
/// and others that go on, costs a proxy a third more: handing over takes longer than what is to be done. In return nothing on
/// it may wait for anything else than a socket. As long as the process lives, so do its loops.
/// </summary>
internal sealed class EventLoop
{
    // Half of the processors are for those who ask and those who answer: with more the gateway would wait for them.
    private static readonly EventLoop[] s_all = [.. Enumerable.Range(0, Math.Max(Environment.ProcessorCount / 2, 1)).Select(_ => new EventLoop())];

    private static int s_turn;

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<long, Readiness> _sockets = new();
    private long _ids;

    private EventLoop() => new Thread(Run) { IsBackground = true, Name = "gateway" }.UnsafeStart();

    /// <summary>One of them, in turns.</summary>
    public static EventLoop Next() => s_all[(uint)Interlocked.Increment(ref s_turn) % (uint)s_all.Length];

    /// <summary>From now on it knows of a socket, which must not wait for anything by itself.</summary>
    /// <param name="socket">Connected, or connecting.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The system refuses.</exception>
    public Readiness Watch(SafeHandle socket)
    {
        var id = Interlocked.Increment(ref _ids);
        var readiness = new Readiness(() => _sockets.TryRemove(id, out _));
        // First, since its news may come before this returns.
        _sockets[id] = readiness;
        try
        {
            _epoll.Watch(socket, id);
        }
        catch
        {
            _sockets.TryRemove(id, out _);
            throw;
        }

        return readiness;
    }

    private void Run()
    {
        // Whoever goes on here brings nothing along, and so nothing has to be put in place for him.
        ExecutionContext.SuppressFlow();
        while (true)
        {
            var found = _epoll.Wait();
            for (var i = 0; i < found; i++)
            {
                var (events, id) = _epoll.News(i);
                // News of a socket that was just closed is no news.
                if (_sockets.TryGetValue(id, out var readiness))
                    readiness.Note(events);
            }
        }
    }
}
