using System.Globalization;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Simulation.Server;

namespace Bascule.Simulation.World;

/// <summary>
/// A controller's cache whose every change arrives when the simulation says so, each type at its own pace, as with
/// one watch per type.
/// </summary>
public sealed class LaggingCache : IVersionedCache
{
    private readonly SimulatedServer _server;
    private readonly List<Informer> _informers;
    private readonly Action<ObjectChange> _onChange;
    private int _pending;

    /// <summary>Makes a cache that has listed everything there is now, as a controller does when it starts.</summary>
    /// <param name="server">What it copies.</param>
    /// <param name="types">The types it keeps.</param>
    /// <param name="onChange">Told of each change after it is in the cache; also of everything listed.</param>
    public LaggingCache(SimulatedServer server, IEnumerable<ResourceType> types, Action<ObjectChange> onChange)
    {
        _server = server;
        _onChange = onChange;
        _informers = [.. types.Select(t => new Informer(t))];
        foreach (var informer in _informers)
            Relist(informer);
        server.Wrote += Note;
    }

    /// <summary>Some change has still to arrive.</summary>
    public bool IsBehind => _pending > 0;

    /// <summary>Hears of nothing any more: its controller is gone.</summary>
    public void Stop() => _server.Wrote -= Note;

    /// <summary>The type whose change arrives next when several have some: any, as chance wants it.</summary>
    /// <exception cref="InvalidOperationException">Nothing is behind.</exception>
    public ResourceType Behind(Random random)
    {
        var skip = random.Next(_informers.Count);
        for (var i = 0; i < _informers.Count; i++)
        {
            var informer = _informers[(i + skip) % _informers.Count];
            if (informer.Pending.Count > 0)
                return informer.Type;
        }

        throw new InvalidOperationException("nothing is behind");
    }

    /// <summary>Lets the oldest change of a type arrive.</summary>
    public void Deliver(ResourceType type)
    {
        var informer = Of(type);
        if (!informer.Pending.TryDequeue(out var write))
            return;
        _pending--;
        var old = informer.Table.Get(write.Key);
        if (write.After is { } current)
        {
            if (old is not null)
                current.Follow(old);
            informer.Table.Put(current);
        }
        else
        {
            informer.Table.Remove(write.Key);
        }

        informer.Seen = informer.Pending.Count == 0 ? _server.Version : write.Version;
        if (old is not null || write.After is not null)
            _onChange(new ObjectChange(informer.Type, old, write.After));
    }

    /// <summary>Tells of an object once more although it did not change, as a resync does.</summary>
    public void Repeat(ResourceType type)
    {
        foreach (var item in Of(type).Table.Objects.ToList())
            _onChange(new ObjectChange(type, item, item));
    }

    /// <summary>The watch of a type broke or its version was too old (410), and what was on its way is lost: list again.</summary>
    public void DropWatch(ResourceType type) => Relist(Of(type));

    /// <inheritdoc/>
    public bool Holds(ResourceType type) => _informers.Exists(i => i.Type == type);

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) => Of(type).Table.Get(key);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        Where(type, @namespace, static (o, space) => space is null || o.Namespace == space);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) =>
        Where(type, controllerUid, static (o, uid) => o.ControllerUid == uid);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> Uncontrolled(ResourceType type, string? @namespace) =>
        Where(type, @namespace, static (o, space) => o.ControllerUid is null && (space is null || o.Namespace == space));

    /// <inheritdoc/>
    public string? ResourceVersionSeen(ResourceType type) => Find(type)?.Seen.ToString(CultureInfo.InvariantCulture);

    private List<KubeObject> Where(ResourceType type, string? argument, Func<KubeObject, string?, bool> holds)
    {
        var found = new List<KubeObject>();
        foreach (var item in Of(type).Table.Objects)
        {
            if (holds(item, argument))
                found.Add(item);
        }

        return found;
    }

    private void Note(ServerWrite write)
    {
        foreach (var informer in _informers)
        {
            if (informer.Type == write.Type)
            {
                informer.Pending.Enqueue(write);
                _pending++;
            }
            else if (informer.Pending.Count == 0)
            {
                informer.Seen = write.Version;
            }
        }
    }

    private void Relist(Informer informer)
    {
        var before = informer.Table.Objects.ToDictionary(o => o.Key);
        _pending -= informer.Pending.Count;
        informer.Pending.Clear();
        informer.Table.Clear();
        foreach (var stored in _server.All(informer.Type))
            informer.Table.Put(stored);
        informer.Seen = _server.Version;
        foreach (var current in informer.Table.Objects.ToList())
        {
            if (!before.Remove(current.Key, out var old) || old.ResourceVersion != current.ResourceVersion)
                _onChange(new ObjectChange(informer.Type, old, current));
        }

        foreach (var old in before.Values)
            _onChange(new ObjectChange(informer.Type, old, null));
    }

    private Informer Of(ResourceType type) => Find(type) ?? throw new InvalidOperationException($"{type} is not in the cache");

    private Informer? Find(ResourceType type)
    {
        foreach (var informer in _informers)
        {
            if (ReferenceEquals(informer.Type, type))
                return informer;
        }

        foreach (var informer in _informers)
        {
            if (informer.Type == type)
                return informer;
        }

        return null;
    }

    private sealed class Informer(ResourceType type)
    {
        public ResourceType Type { get; } = type;

        public ServerTable Table { get; } = new(type);

        public Queue<ServerWrite> Pending { get; } = new();

        public long Seen { get; set; }
    }
}
