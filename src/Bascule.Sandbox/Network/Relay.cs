using System.Buffers;
using System.Net.Sockets;

namespace Bascule.Sandbox.Network;

/// <summary>Copies both directions of a connection. An idle connection holds no buffer.</summary>
internal static class Relay
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Runs until both ends are done, or one of them broke.</summary>
    public static async Task RunAsync(Socket client, Socket pod)
    {
        var up = CopyAsync(client, pod);
        var down = CopyAsync(pod, client);
        var first = await Task.WhenAny(up, down);
        // A direction that ended well leaves the other to finish its answer; a broken one leaves nothing to wait for.
        if (await first)
            await (first == up ? down : up);
    }

    /// <summary>True when the sender closed its side and that was passed on; false when an end broke.</summary>
    private static async Task<bool> CopyAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                // Waits without a buffer; there are many idle connections and few busy ones.
                await from.ReceiveAsync(Memory<byte>.Empty);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var read = await from.ReceiveAsync(buffer);
                    if (read == 0)
                        break;
                    for (var sent = 0; sent < read;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
