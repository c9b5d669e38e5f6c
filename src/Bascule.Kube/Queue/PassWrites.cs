namespace Bascule.Kube.Queue;

/// <summary>What one pass of a reconciler wrote, until the cache has seen all of it.</summary>
internal sealed class PassWrites
{
    /// <summary>
    /// When waiting makes no sense any more: the watch is down, the selector hides the object, or the server's versions
    /// cannot be compared. Every write is guarded by itself, so that going on costs at worst a conflict.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Write> _writes = [];
    private long _endedAt;

    public void Add(Write write)
    {
        // Effects may write from several tasks of one pass.
        lock (_writes)
        {
            _writes.RemoveAll(w => w.Type == write.Type && w.Key == write.Key);
            _writes.Add(write);
        }
    }

    /// <summary>The pass is over; from now on patience runs.</summary>
    public void End(TimeProvider time) => _endedAt = time.GetTimestamp();

    /// <summary>True when the cache shows every write, or something newer. What was seen once is not asked for again.</summary>
    public bool AllSeen()
    {
        lock (_writes)
        {
            _writes.RemoveAll(w => w.IsSeen());
            return _writes.Count == 0;
        }
    }

    public bool WaitedTooLong(TimeProvider time) => time.GetElapsedTime(_endedAt) >= Patience;

    public string Describe()
    {
        lock (_writes)
            return string.Join(", ", _writes);
    }

    /// <summary>One write, and how to tell that the cache shows it.</summary>
    internal abstract record Write(IVersionedCache Cache, ResourceType Type, ObjectKey Key)
    {
        public abstract bool IsSeen();

        public override string ToString() => $"{Type} {Key}";
    }

    /// <summary>The object was stored at a version.</summary>
    internal sealed record Stored(IVersionedCache Cache, ResourceType Type, ObjectKey Key, string Version) : Write(Cache, Type, Key)
    {
        public override bool IsSeen()
        {
            if (ResourceVersions.IsAtLeast(Cache.ResourceVersionSeen(Type), Version))
                return true;
            return Cache.Get(Type, Key) is { } cached && ResourceVersions.IsAtLeast(cached.ResourceVersion, Version);
        }

        public override string ToString() => $"{Type} {Key} at {Version}";
    }

    /// <summary>The object with the uid was deleted, or marked for deletion.</summary>
    internal sealed record Deleted(IVersionedCache Cache, ResourceType Type, ObjectKey Key, string Uid) : Write(Cache, Type, Key)
    {
        public override bool IsSeen() =>
            Cache.Get(Type, Key) is not { } cached || cached.Uid != Uid || cached.DeletionTimestamp is not null;

        public override string ToString() => $"deletion of {Type} {Key}";
    }
}
