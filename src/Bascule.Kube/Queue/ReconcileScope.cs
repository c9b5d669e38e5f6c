using System.Collections;

namespace Bascule.Kube.Queue;

/// <summary>Which object a pass is about, as a logging scope: once for all messages of the pass.</summary>
/// <param name="kind">The loop's name.</param>
/// <param name="key">The object.</param>
internal sealed class ReconcileScope(string kind, ObjectKey key) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Kind", kind),
        1 => new("Namespace", key.Namespace),
        2 => new("Name", key.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "expected 0 to 2"),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    public override string ToString() => $"{kind} {key}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
