namespace Bascule.Kube.Events;

/// <summary>A dictionary that forgets what was not asked for the longest time when it is full. Not thread-safe.</summary>
/// <param name="capacity">The most entries.</param>
internal sealed class Recent<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _newestFirst = new();

    public TValue? Find(TKey key)
    {
        if (!_nodes.TryGetValue(key, out var node))
            return null;
        _newestFirst.Remove(node);
        _newestFirst.AddFirst(node);
        return node.Value.Value;
    }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        if (Find(key) is { } found)
            return found;
        var made = make(key);
        Put(key, made);
        return made;
    }

    public void Put(TKey key, TValue value)
    {
        if (_nodes.Remove(key, out var old))
            _newestFirst.Remove(old);
        else if (_nodes.Count >= capacity && _newestFirst.Last is { } oldest)
        {
            _nodes.Remove(oldest.Value.Key);
            _newestFirst.RemoveLast();
        }

        _nodes.Add(key, _newestFirst.AddFirst((key, value)));
    }
}
