using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Bascule.Sandbox.Network;

/// <summary>The connections that pass through the proxy, so that they end with it.</summary>
internal sealed class ConnectionTable : IDisposable
{
    private readonly ConcurrentDictionary<Connection, bool> open = new();

    /// <summary>How many there are.</summary>
    public int Count => open.Count;

    /// <summary>Enters a client's connection; disposing it closes both ends.</summary>
    public Connection Enter(Socket client)
    {
        client.NoDelay = true;
        var connection = new Connection(this, client);
        open[connection] = true;
        return connection;
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        foreach (var connection in open.Keys)
            connection.Dispose();
    }

    /// <summary>A client and, once found, its pod.</summary>
    internal sealed class Connection(ConnectionTable table, Socket client) : IDisposable
    {
        private Socket? pod;

        /// <summary>The pod's end.</summary>
        public void Add(Socket found) => pod = found;

        /// <inheritdoc/>
        public void Dispose()
        {
            table.open.TryRemove(this, out _);
            client.Dispose();
            pod?.Dispose();
        }
    }
}
