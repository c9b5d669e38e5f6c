using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>The objects of one type in the order of their keys, so that a run does not depend on how a hash table orders them.</summary>
/// <param name="type">The type.</param>
internal sealed class ServerTable(ResourceType type)
{
    private static readonly Comparer<ObjectKey> s_order = Comparer<ObjectKey>.Create((a, b) =>
        string.CompareOrdinal(a.Namespace, b.Namespace) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name));

    private readonly SortedList<ObjectKey, KubeObject> _objects = new(s_order);

    public ResourceType Type { get; } = type;

    public IList<KubeObject> Objects => _objects.Values;

    public KubeObject? Get(ObjectKey key) => _objects.GetValueOrDefault(key);

    public void Put(KubeObject value) => _objects[value.Key] = value;

    public bool Remove(ObjectKey key) => _objects.Remove(key);

    public void Clear() => _objects.Clear();

    /// <summary>The table of a type in a list of few, which is faster than hashing a type.</summary>
    public static ServerTable? Find(List<ServerTable> tables, ResourceType type)
    {
        // Types are nearly always the very same object, which is quick to tell.
        foreach (var table in tables)
        {
            if (ReferenceEquals(table.Type, type))
                return table;
        }

        foreach (var table in tables)
        {
            if (table.Type == type)
                return table;
        }

        return null;
    }
}
