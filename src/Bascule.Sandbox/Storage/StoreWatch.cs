using System.Threading.Channels;

namespace Bascule.Sandbox.Storage;

/// <summary>
/// A subscription to the writes of one collection: first those remembered since the version it started from, then
/// each as it happens. One reader at a time.
/// </summary>
public sealed class StoreWatch : IDisposable
{
    private readonly Store _store;
    private readonly Channel<StoreEvent?> _live;
    private readonly Queue<StoreEvent> _backlog;

    internal StoreWatch(Store store, StorageKey storage, string? @namespace, IEnumerable<StoreEvent> backlog, int capacity)
    {
        _store = store;
        Storage = storage;
        Namespace = @namespace;
        _backlog = new(backlog);
        _live = Channel.CreateBounded<StoreEvent?>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = false });
    }

    /// <summary>The collection watched.</summary>
    public StorageKey Storage { get; }

    /// <summary>The namespace watched; null for all.</summary>
    public string? Namespace { get; }

    /// <summary>Waits until <see cref="TryRead"/> may have something; false when the watch has ended.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _backlog.Count > 0 ? ValueTask.FromResult(true) : _live.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next write, if one is there.</summary>
    public bool TryRead(out StoreEvent next)
    {
        if (_backlog.TryDequeue(out next!))
            return true;
        while (_live.Reader.TryRead(out var read))
        {
            if (read is null)
                continue;
            next = read;
            return true;
        }

        return false;
    }

    /// <summary>Wakes the reader although nothing was written. Any thread may.</summary>
    public void Wake() => _live.Writer.TryWrite(null);

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Remove(this);
        _live.Writer.TryComplete();
    }

    /// <summary>
    /// Hands over a write. A reader that is too slow loses its watch rather than the server its memory: it resumes from
    /// the last version it read. False when that happened.
    /// </summary>
    internal bool Offer(StoreEvent written)
    {
        if (_live.Writer.TryWrite(written))
            return true;
        _live.Writer.TryComplete();
        return false;
    }

    internal void End() => _live.Writer.TryComplete();
}
