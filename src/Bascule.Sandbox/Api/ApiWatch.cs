using Bascule.Kube;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>What a watch asks for.</summary>
internal sealed record WatchQuery
{
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;

    public FieldSelector Fields { get; init; } = FieldSelector.Everything;

    /// <summary>Events after this version; null, empty or 0 for the present state first.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>True: the present state, then a bookmark that says so; false: no present state; null: as the version tells.</summary>
    public bool? SendInitialEvents { get; init; }
}

/// <summary>One event for a watcher.</summary>
/// <param name="Type">What happened, as the watcher's selectors see it.</param>
/// <param name="Object">The object; null for a bookmark.</param>
/// <param name="Version">The version of the event.</param>
/// <param name="EndsInitialEvents">The bookmark that ends the initial events.</param>
internal readonly record struct ApiEvent(WatchEventType Type, StoredObject? Object, long Version, bool EndsInitialEvents = false);

/// <summary>A watch as one client sees it: the store's events through its selectors. One reader at a time.</summary>
internal sealed class ApiWatch : IDisposable
{
    private readonly Store _store;
    private readonly StoreWatch _events;
    private readonly WatchQuery _query;
    private readonly Queue<ApiEvent> _first;
    private int _bookmarkDue;

    internal ApiWatch(Store store, StoreWatch events, WatchQuery query, IEnumerable<ApiEvent> first)
    {
        _store = store;
        _events = events;
        _query = query;
        _first = new(first);
    }

    /// <summary>Waits until <see cref="TryRead"/> may have something; false when the watch has ended.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _first.Count > 0 ? ValueTask.FromResult(true) : _events.WaitAsync(cancellationToken);

    /// <summary>Takes the next event that the selectors let through, or a bookmark that was asked for.</summary>
    public bool TryRead(out ApiEvent next)
    {
        if (_first.TryDequeue(out next))
            return true;

        // In this order: what was delivered up to this version is in the queue by now, and read before the bookmark.
        var version = _store.DeliveredVersion;
        while (_events.TryRead(out var written))
        {
            version = Math.Max(version, written.Version);
            if (Translate(written) is { } seen)
            {
                next = seen;
                return true;
            }
        }

        if (Interlocked.Exchange(ref _bookmarkDue, 0) == 0)
            return false;
        next = new(WatchEventType.Bookmark, null, version);
        return true;
    }

    /// <summary>Lets the reader find a bookmark once it has read everything before it. Any thread may.</summary>
    public void AskForBookmark()
    {
        Interlocked.Exchange(ref _bookmarkDue, 1);
        _events.Wake();
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private ApiEvent? Translate(StoreEvent written)
    {
        var matched = written.Before is { } before && Matches(before);
        var matches = !written.IsRemoval && Matches(written.After);
        return (matched, matches) switch
        {
            (false, true) => new(WatchEventType.Added, written.After, written.Version),
            (true, true) => new(WatchEventType.Modified, written.After, written.Version),
            (true, false) => new(WatchEventType.Deleted, written.IsRemoval ? written.After : written.BeforeAtThisVersion, written.Version),
            (false, false) => null,
        };
    }

    private bool Matches(StoredObject candidate) => _query.Labels.Matches(candidate) && _query.Fields.Matches(candidate);
}
