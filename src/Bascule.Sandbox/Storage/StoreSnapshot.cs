using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>Everything the store held at one version. Immutable: reading it takes no lock and never tears.</summary>
public sealed class StoreSnapshot
{
    private readonly ImmutableDictionary<StorageKey, ObjectTable> _tables;

    internal StoreSnapshot(long version, ImmutableDictionary<StorageKey, ObjectTable> tables)
    {
        Version = version;
        _tables = tables;
    }

    /// <summary>The version of the last write this snapshot has.</summary>
    public long Version { get; }

    /// <summary>The collections that were ever written to.</summary>
    public IEnumerable<StorageKey> Collections => _tables.Keys;

    /// <summary>One object; null when it does not exist.</summary>
    public StoredObject? Get(StorageKey storage, ObjectKey key) => Table(storage).Get(key);

    /// <summary>The objects of a collection ordered by namespace and name.</summary>
    /// <param name="storage">The collection.</param>
    /// <param name="namespace">Only those of this namespace; null for all.</param>
    /// <param name="after">Only those that come after this key; null for all.</param>
    public IEnumerable<StoredObject> Read(StorageKey storage, string? @namespace = null, ObjectKey? after = null) => Table(storage).Read(@namespace, after);

    /// <summary>How many objects a collection has.</summary>
    /// <param name="storage">The collection.</param>
    /// <param name="namespace">Count only those of this namespace; null for all.</param>
    public int Count(StorageKey storage, string? @namespace = null) => Table(storage).CountIn(@namespace);

    internal ObjectTable Table(StorageKey storage) => _tables.GetValueOrDefault(storage, ObjectTable.Empty);

    internal StoreSnapshot With(long version, StorageKey storage, ObjectTable table) => new(version, _tables.SetItem(storage, table));
}
