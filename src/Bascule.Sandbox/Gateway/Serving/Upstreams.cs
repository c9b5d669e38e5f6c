using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bascule.Sandbox.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>A connection to a pod.</summary>
/// <param name="address">The pod's.</param>
/// <param name="wire">Connected.</param>
internal sealed class Upstream(IPEndPoint address, Wire wire) : IDisposable
{
    /// <summary>The pod's address.</summary>
    public IPEndPoint Address { get; } = address;

    /// <summary>The connection.</summary>
    public Wire Wire { get; } = wire;

    /// <summary>The answer that is being read.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>When it began to wait for its next request, as a timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>Uses a head that was read.</summary>
    /// <param name="head">All of it; empty when the pod closed the connection instead.</param>
    /// <param name="method">What it answers.</param>
    /// <returns>False when it only asks for patience, and another one follows.</returns>
    /// <exception cref="WireLostException">The pod closed the connection.</exception>
    /// <exception cref="BadMessageException">It is malformed.</exception>
    public bool Take(ReadOnlyMemory<byte> head, string method)
    {
        if (head.IsEmpty)
            throw new WireLostException(Wire);
        Head.Parse(head, method);
        Wire.Skip(head.Length);
        return Head.Status is >= 200 or StatusCodes.Status101SwitchingProtocols;
    }

    /// <inheritdoc/>
    public void Dispose() => Wire.Dispose();
}

/// <summary>The connections to all pods, kept for later requests as long as they are young.</summary>
/// <param name="time">Tells how long one waits.</param>
internal sealed class Upstreams(TimeProvider time) : IDisposable
{
    /// <summary>Long enough for a pod under load, short enough to try another one.</summary>
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Shorter than servers keep idle connections, so that a request seldom meets one that is just closing.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_justNow = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<IPEndPoint, Stack<Upstream>> _idle = new();
    private volatile bool _isDisposed;

    /// <summary>One that waits for a request; null when there is none.</summary>
    /// <param name="address">The pod's.</param>
    /// <param name="mayFail">Whether the request can be sent again: then one that served just now is not looked at, which costs as much as sending does.</param>
    public Upstream? Take(IPEndPoint address, bool mayFail)
    {
        if (!_idle.TryGetValue(address, out var idle))
            return null;
        while (Pop(idle) is { } upstream)
        {
            if ((mayFail && time.GetElapsedTime(upstream.IdleSince) < s_justNow) || !upstream.Wire.HasNews)
                return upstream;
            upstream.Dispose();
        }

        return null;
    }

    /// <summary>A new one.</summary>
    /// <exception cref="SocketException">The pod takes no connections.</exception>
    /// <exception cref="ObjectDisposedException">It does not answer.</exception>
    public async ValueTask<Upstream> ConnectAsync(IPEndPoint address) => new(address, await Wire.ConnectAsync(address, s_connectTimeout, time));

    /// <summary>It may serve again.</summary>
    public void Return(Upstream upstream)
    {
        upstream.IdleSince = time.GetTimestamp();
        var idle = _idle.GetOrAdd(upstream.Address, static _ => new());
        lock (idle)
            idle.Push(upstream);
        if (_isDisposed)
            Dispose();
    }

    /// <summary>Closes those that waited too long, and those whose pods have closed them.</summary>
    public void CloseOld()
    {
        foreach (var (address, idle) in _idle)
        {
            lock (idle)
            {
                var young = idle.Where(u => !u.Wire.HasNews && time.GetElapsedTime(u.IdleSince) < s_idle).Reverse().ToList();
                foreach (var old in idle.Except(young))
                    old.Dispose();
                idle.Clear();
                young.ForEach(idle.Push);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var idle in _idle.Values)
        {
            while (Pop(idle) is { } upstream)
                upstream.Dispose();
        }
    }

    private static Upstream? Pop(Stack<Upstream> idle)
    {
        lock (idle)
            return idle.TryPop(out var upstream) ? upstream : null;
    }
}
