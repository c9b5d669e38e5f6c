using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>An immutable collection of objects of one resource, ordered by namespace and name.</summary>
internal sealed class ObjectTable
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> s_none = ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> _byNamespace;

    private ObjectTable(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> byNamespace, int count)
    {
        _byNamespace = byNamespace;
        Count = count;
    }

    public static ObjectTable Empty { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal), 0);

    public int Count { get; }

    public StoredObject? Get(ObjectKey key) =>
        _byNamespace.TryGetValue(key.Namespace ?? "", out var inside) && inside.TryGetValue(key.Name, out var found) ? found : null;

    public int CountIn(string? @namespace) =>
        @namespace is null ? Count : _byNamespace.TryGetValue(@namespace, out var inside) ? inside.Count : 0;

    /// <summary>The objects in order.</summary>
    /// <param name="namespace">Only those in this namespace; null for all.</param>
    /// <param name="after">Only those that come after this key; null for all.</param>
    public IEnumerable<StoredObject> Read(string? @namespace, ObjectKey? after = null)
    {
        if (@namespace is not null)
            return _byNamespace.TryGetValue(@namespace, out var inside) ? Following(inside, after?.Name) : [];
        return after is not { } key
            ? _byNamespace.Values.SelectMany(objects => objects.Values)
            : ReadAllAfter(key.Namespace ?? "", key.Name);
    }

    public ObjectTable With(StoredObject added)
    {
        var inside = _byNamespace.GetValueOrDefault(added.Namespace ?? "", s_none);
        var changed = inside.SetItem(added.Name, added);
        return new(_byNamespace.SetItem(added.Namespace ?? "", changed), Count + changed.Count - inside.Count);
    }

    public ObjectTable Without(ObjectKey key)
    {
        if (!_byNamespace.TryGetValue(key.Namespace ?? "", out var inside))
            return this;
        var changed = inside.Remove(key.Name);
        var spaces = changed.IsEmpty ? _byNamespace.Remove(key.Namespace ?? "") : _byNamespace.SetItem(key.Namespace ?? "", changed);
        return new(spaces, Count + changed.Count - inside.Count);
    }

    private IEnumerable<StoredObject> ReadAllAfter(string @namespace, string name)
    {
        foreach (var (space, inside) in _byNamespace)
        {
            var order = string.CompareOrdinal(space, @namespace);
            if (order < 0)
                continue;
            foreach (var item in Following(inside, order == 0 ? name : null))
                yield return item;
        }
    }

    private static IEnumerable<StoredObject> Following(ImmutableSortedDictionary<string, StoredObject> objects, string? name) =>
        name is null ? objects.Values : objects.SkipWhile(o => string.CompareOrdinal(o.Key, name) <= 0).Select(o => o.Value);
}
