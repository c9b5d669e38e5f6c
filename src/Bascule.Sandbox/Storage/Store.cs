using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>
/// Holds the objects of the sandbox in memory, in many versions: readers take an immutable snapshot, writers take
/// turns, and every write has its own, increasing version that watchers can resume from.
/// </summary>
public sealed class Store
{
    /// <summary>The version of an empty store. 0 has a meaning of its own in the API, so versions start above it.</summary>
    internal const long FirstVersion = 1;

    // Guards the order of writes, the history, and the list of watches. Held for microseconds, never across a wait.
    private readonly Lock _writing = new();
    private readonly EventHistory _history;
    private readonly StoreLimits _limits;
    private readonly Dictionary<StorageKey, List<StoreWatch>> _watches = [];
    private volatile StoreSnapshot _current = new(FirstVersion, ImmutableDictionary<StorageKey, ObjectTable>.Empty);
    private long _delivered = FirstVersion;
    private bool _ended;
    private TaskCompletionSource? _written;

    /// <summary>Makes an empty store.</summary>
    /// <param name="limits">Bounds of its memory; null for the default.</param>
    public Store(StoreLimits? limits = null)
    {
        _limits = limits ?? StoreLimits.Default;
        _history = new(_limits);
    }

    /// <summary>Everything as of the last write.</summary>
    public StoreSnapshot Current => _current;

    /// <summary>Every write up to this version is in the buffers of its watchers.</summary>
    public long DeliveredVersion => Interlocked.Read(ref _delivered);

    /// <summary>Reads one object; null when it does not exist.</summary>
    public StoredObject? Get(StorageKey storage, ObjectKey key) => _current.Get(storage, key);

    /// <summary>Writes an object if nobody wrote it since <paramref name="expected"/> was read.</summary>
    /// <param name="storage">The collection.</param>
    /// <param name="expected">The version to replace; null when the object must not exist.</param>
    /// <param name="next">The new content, which the store now owns: it writes the version into it.</param>
    /// <returns>What was written; null when somebody else was first.</returns>
    public StoredObject? TryWrite(StorageKey storage, StoredObject? expected, JsonObject next)
    {
        lock (_writing)
        {
            var before = _current;
            var written = StoredObject.Freeze(next, before.Version + 1);
            var table = before.Table(storage);
            if (!ReferenceEquals(table.Get(written.Key), expected))
                return null;
            Publish(before.With(written.Version, storage, table.With(written)), new(written.Version, storage, expected, written, IsRemoval: false));
            return written;
        }
    }

    /// <summary>Removes an object if nobody wrote it since <paramref name="expected"/> was read.</summary>
    /// <param name="storage">The collection.</param>
    /// <param name="expected">The version to remove.</param>
    /// <param name="last">The last content that watchers are to see, which the store now owns; null for the expected one.</param>
    /// <returns>The last state, stamped with the version of the removal; null when somebody else was first.</returns>
    public StoredObject? TryRemove(StorageKey storage, StoredObject expected, JsonObject? last = null)
    {
        lock (_writing)
        {
            var before = _current;
            var table = before.Table(storage);
            if (!ReferenceEquals(table.Get(expected.Key), expected))
                return null;
            var gone = StoredObject.Freeze(last ?? expected.ToNode(), before.Version + 1);
            Publish(before.With(gone.Version, storage, table.Without(expected.Key)), new(gone.Version, storage, expected, gone, IsRemoval: true));
            return gone;
        }
    }

    /// <summary>
    /// Subscribes to the writes after a version; null when that version is no longer remembered (see <see cref="OldestVersion"/>).
    /// </summary>
    /// <param name="storage">The collection.</param>
    /// <param name="namespace">Only this namespace; null for all.</param>
    /// <param name="afterVersion">The last version the caller knows.</param>
    public StoreWatch? TryWatch(StorageKey storage, string? @namespace, long afterVersion)
    {
        lock (_writing)
        {
            if (afterVersion < _history.Floor)
                return null;
            var watch = new StoreWatch(this, storage, @namespace, _history.After(afterVersion, storage, @namespace), _limits.WatchBuffer);
            if (_ended)
                watch.End();
            else if (_watches.TryGetValue(storage, out var others))
                others.Add(watch);
            else
                _watches[storage] = [watch];
            return watch;
        }
    }

    /// <summary>The oldest version a watch can start from.</summary>
    public long OldestVersion
    {
        get
        {
            lock (_writing)
                return _history.Floor;
        }
    }

    /// <summary>The remembered writes after a version, oldest first; null when that version is no longer remembered.</summary>
    /// <param name="version">The last version the caller knows.</param>
    public IReadOnlyList<StoreEvent>? TryReadHistory(long version)
    {
        lock (_writing)
            return version < _history.Floor ? null : _history.After(version, storage: null, @namespace: null);
    }

    /// <summary>
    /// One collection as it was at a version, rebuilt by undoing later writes; null when that version is no longer remembered.
    /// </summary>
    public StoreSnapshot? TryReadAt(StorageKey storage, long version)
    {
        StoreSnapshot now;
        List<StoreEvent> later;
        lock (_writing)
        {
            now = _current;
            if (version == now.Version)
                return now;
            if (version < _history.Floor || version > now.Version)
                return null;
            later = _history.After(version, storage, @namespace: null);
        }

        var table = now.Table(storage);
        for (var i = later.Count - 1; i >= 0; i--)
            table = later[i].Before is { } before ? table.With(before) : table.Without(later[i].After.Key);
        return now.With(version, storage, table);
    }

    /// <summary>Completes when there is a write after a version; at once when there is one already.</summary>
    public Task WaitForWriteAsync(long version, CancellationToken cancellationToken)
    {
        lock (_writing)
        {
            if (_current.Version > version)
                return Task.CompletedTask;
            _written ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _written.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets the writes up to a version, so that older watches and continue tokens expire.</summary>
    public void Compact(long version)
    {
        lock (_writing)
            _history.ForgetThrough(version);
    }

    /// <summary>Ends every watch, and every later one at once: the server is stopping.</summary>
    public void EndWatches()
    {
        lock (_writing)
        {
            _ended = true;
            foreach (var watch in _watches.Values.SelectMany(w => w))
                watch.End();
            _watches.Clear();
        }
    }

    internal void Remove(StoreWatch watch)
    {
        lock (_writing)
        {
            if (_watches.TryGetValue(watch.Storage, out var watches))
                watches.Remove(watch);
        }
    }

    private void Publish(StoreSnapshot next, StoreEvent written)
    {
        _history.Add(written);
        _current = next;
        _written?.SetResult();
        _written = null;
        if (_watches.TryGetValue(written.Storage, out var watches))
            Deliver(written, watches);
        Interlocked.Exchange(ref _delivered, written.Version);
    }

    private static void Deliver(StoreEvent written, List<StoreWatch> watches)
    {
        for (var i = watches.Count - 1; i >= 0; i--)
        {
            if (watches[i].Namespace is { } only && only != written.After.Namespace)
                continue;
            if (!watches[i].Offer(written))
                watches.RemoveAt(i);
        }
    }
}
