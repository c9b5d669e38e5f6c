using System.Net;
using System.Net.Sockets;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// Gives each pod an address of its own on the loopback interface, from 127.64.0.0/16. An address is held by a bound UDP
/// socket, so that two clusters on one machine never share one. Thread-safe.
/// </summary>
/// <param name="random">Where to start, so that clusters rarely meet.</param>
internal sealed class PodAddressPool(Random random) : IDisposable
{
    /// <summary>A datagram port that pods have no reason to use; binding it marks the address as taken.</summary>
    private const int MarkerPort = 10250;

    private const int Size = 1 << 16;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Socket> taken = [];
    private int next = random.Next(Size);

    /// <summary>Takes a free address; addresses given back are used again as late as possible.</summary>
    /// <exception cref="SandboxException">All addresses are taken.</exception>
    public IPAddress Take()
    {
        lock (gate)
        {
            for (var tried = 0; tried < Size; tried++)
            {
                next = (next + 1) % Size;
                // Addresses that end in 0 or 255 look like networks and broadcasts to people and some programs.
                if ((next & 0xff) is 0 or 0xff)
                    continue;
                var address = new IPAddress([127, 64, (byte)(next >> 8), (byte)next]);
                if (!taken.ContainsKey(address) && Mark(address) is { } marker)
                {
                    taken.Add(address, marker);
                    return address;
                }
            }
        }

        throw new SandboxException("all pod addresses of 127.64.0.0/16 are taken; delete some pods");
    }

    /// <summary>Gives an address back.</summary>
    public void Return(IPAddress address)
    {
        lock (gate)
        {
            if (taken.Remove(address, out var marker))
                marker.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var marker in taken.Values)
                marker.Dispose();
            taken.Clear();
        }
    }

    private static Socket? Mark(IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
        try
        {
            socket.Bind(new IPEndPoint(address, MarkerPort));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
