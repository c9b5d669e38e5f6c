using System.Net;
using System.Net.Sockets;

namespace Bascule.Sandbox.Network;

/// <summary>Accepts connections on one address and port, and passes each on to a pod.</summary>
internal sealed class ServicePort : IDisposable
{
    private const int Backlog = 1024;
    private readonly Socket listener;
    private readonly ConnectionTable connections;
    private volatile PortRoute route;
    private uint turn;

    private ServicePort(Socket listener, PortRoute route, ConnectionTable connections, uint turn)
    {
        this.listener = listener;
        this.route = route;
        this.connections = connections;
        this.turn = turn;
        _ = AcceptAsync();
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The address is taken, or may not be used.</exception>
    public static ServicePort Listen(IPEndPoint at, PortRoute route, ConnectionTable connections, Random random)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(at);
            listener.Listen(Backlog);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }

        return new ServicePort(listener, route, connections, (uint)random.Next());
    }

    /// <summary>New connections follow the new route; existing ones live until their ends close them.</summary>
    public void Update(PortRoute newer) => route = newer;

    /// <summary>Accepts nothing more.</summary>
    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket or SocketError.InvalidArgument)
            {
                return;
            }
            catch (SocketException)
            {
                // One client went away while it was accepted; the next one is as welcome.
                continue;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = connections.Enter(client);
        if (await ConnectAsync(client) is { } pod)
        {
            connection.Add(pod);
            await Relay.RunAsync(client, pod);
        }
        else
        {
            // A reset, as from a port where nobody listens.
            client.LingerState = new LingerOption(true, 0);
        }
    }

    /// <summary>
    /// Takes pods in turn. One that refuses has just ended, so the next is tried: nothing was sent yet and nothing is lost.
    /// The route is read again for each try, since it may be newer than the refusal.
    /// </summary>
    private async Task<Socket?> ConnectAsync(Socket client)
    {
        var first = Start(client);
        for (uint tried = 0; tried < Math.Max(route.Backends.Length, 1); tried++)
        {
            var backends = route.Backends;
            if (backends.IsEmpty)
                return null;
            var pod = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await pod.ConnectAsync(backends[(int)((first + tried) % (uint)backends.Length)]);
                return pod;
            }
            catch (SocketException)
            {
                pod.Dispose();
            }
        }

        return null;
    }

    private uint Start(Socket client)
    {
        if (route.IsSticky && client.RemoteEndPoint is IPEndPoint { Address: var address })
            return BitConverter.ToUInt32(address.GetAddressBytes()) * 2654435761u;
        return Interlocked.Increment(ref turn);
    }
}
