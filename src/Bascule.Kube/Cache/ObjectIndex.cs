namespace Bascule.Kube.Cache;

/// <summary>
/// The objects of one type by name, by namespace and by controller, or the lack of one. One writer, any number of readers. A read that finds
/// nothing changed allocates nothing; a change costs no more than its own entries, and the first read of a list after it
/// costs the size of that list.
/// </summary>
/// <param name="type">The type, for the changes it reports.</param>
public sealed class ObjectIndex(ResourceType type)
{
    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();
    private readonly Group _all = new();
    private readonly Dictionary<string, Group> _byNamespace = [];
    private readonly Dictionary<string, Group> _byController = [];

    /// <summary>Those without a controller, by namespace; empty for cluster-scoped objects.</summary>
    private readonly Dictionary<string, Group> _uncontrolled = [];
    private string? _version;

    /// <summary>The newest version up to which everything is in here; null before the first list.</summary>
    public string? ResourceVersion
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>One object; null when it is not here.</summary>
    public KubeObject? Get(ObjectKey key)
    {
        lock (_gate)
            return _all.Get(key);
    }

    /// <summary>All objects, or those of a namespace.</summary>
    public IReadOnlyList<KubeObject> List(string? @namespace)
    {
        lock (_gate)
            return @namespace is null ? _all.Items() : ItemsOf_NeedsLock(_byNamespace, @namespace);
    }

    /// <summary>The objects whose controller has the uid.</summary>
    public IReadOnlyList<KubeObject> OwnedBy(string controllerUid)
    {
        lock (_gate)
            return ItemsOf_NeedsLock(_byController, controllerUid);
    }

    /// <summary>The objects that nobody controls, or those of a namespace.</summary>
    public IReadOnlyList<KubeObject> Uncontrolled(string? @namespace)
    {
        lock (_gate)
            return @namespace is null ? [.. _uncontrolled.Values.SelectMany(g => g.Items())] : ItemsOf_NeedsLock(_uncontrolled, @namespace);
    }

    /// <summary>Takes over a whole list: what it lacks is gone.</summary>
    /// <returns>What differs from before.</returns>
    public IReadOnlyList<ObjectChange> Replace(IReadOnlyList<KubeObject> items, string resourceVersion)
    {
        var changes = new List<ObjectChange>();
        lock (_gate)
        {
            var kept = new HashSet<ObjectKey>(items.Count);
            foreach (var item in items)
            {
                kept.Add(item.Key);
                if (Put_NeedsLock(item) is { } change)
                    changes.Add(change);
            }

            foreach (var gone in _all.Items().Where(o => !kept.Contains(o.Key)))
            {
                Remove_NeedsLock(gone);
                changes.Add(new ObjectChange(type, gone, null));
            }

            _version = resourceVersion;
        }

        return changes;
    }

    /// <summary>Takes over one event of a watch.</summary>
    /// <returns>What changed; null when nothing did.</returns>
    public ObjectChange? Apply(WatchEvent value)
    {
        lock (_gate)
        {
            if (value.Object.ResourceVersion.Length > 0)
                _version = value.Object.ResourceVersion;
            return value.Type switch
            {
                WatchEventType.Added or WatchEventType.Modified => Put_NeedsLock(value.Object),
                WatchEventType.Deleted => Delete_NeedsLock(value.Object),
                WatchEventType.Bookmark => null,
            };
        }
    }

    private ObjectChange? Put_NeedsLock(KubeObject value)
    {
        var old = _all.Get(value.Key);
        if (old is not null)
        {
            if (old.ResourceVersion == value.ResourceVersion && old.Uid == value.Uid)
                return null;
            if (old.ControllerUid != value.ControllerUid)
                RemoveFromController_NeedsLock(old);
            value.Follow(old);
        }

        _all.Put(value);
        if (value.Namespace is { } @namespace)
            PutInto_NeedsLock(_byNamespace, @namespace, value);
        if (value.ControllerUid is { } owner)
            PutInto_NeedsLock(_byController, owner, value);
        else
            PutInto_NeedsLock(_uncontrolled, value.Namespace ?? "", value);
        return new ObjectChange(type, old, value);
    }

    private ObjectChange? Delete_NeedsLock(KubeObject last)
    {
        if (_all.Get(last.Key) is not { } old)
            return null;
        Remove_NeedsLock(old);
        return new ObjectChange(type, last, null);
    }

    private void Remove_NeedsLock(KubeObject old)
    {
        _all.Remove(old.Key);
        if (old.Namespace is { } @namespace)
            RemoveFrom_NeedsLock(_byNamespace, @namespace, old.Key);
        RemoveFromController_NeedsLock(old);
    }

    private void RemoveFromController_NeedsLock(KubeObject old)
    {
        if (old.ControllerUid is { } controller)
            RemoveFrom_NeedsLock(_byController, controller, old.Key);
        else
            RemoveFrom_NeedsLock(_uncontrolled, old.Namespace ?? "", old.Key);
    }

    private static KubeObject[] ItemsOf_NeedsLock(Dictionary<string, Group> index, string name) =>
        index.TryGetValue(name, out var group) ? group.Items() : [];

    private static void PutInto_NeedsLock(Dictionary<string, Group> index, string name, KubeObject value)
    {
        if (!index.TryGetValue(name, out var group))
            index.Add(name, group = new Group());
        group.Put(value);
    }

    private static void RemoveFrom_NeedsLock(Dictionary<string, Group> index, string name, ObjectKey key)
    {
        if (!index.TryGetValue(name, out var group))
            return;
        group.Remove(key);
        if (group.Count == 0)
            index.Remove(name);
    }

    /// <summary>Some objects by key, and the list of them as it was last asked for.</summary>
    private sealed class Group
    {
        private readonly Dictionary<ObjectKey, KubeObject> _byKey = [];
        private KubeObject[]? _items;

        public int Count => _byKey.Count;

        public KubeObject? Get(ObjectKey key) => _byKey.GetValueOrDefault(key);

        /// <summary>Readers keep the array they got, so it is never written to again.</summary>
        public KubeObject[] Items() => _items ??= [.. _byKey.Values];

        public void Put(KubeObject value)
        {
            _byKey[value.Key] = value;
            _items = null;
        }

        public void Remove(ObjectKey key)
        {
            _byKey.Remove(key);
            _items = null;
        }
    }
}
