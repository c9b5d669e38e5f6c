using System.Text.Json;

namespace Bascule.Sandbox.Workloads;

/// <summary>A selector in its object form (<c>matchLabels</c>, <c>matchExpressions</c>).</summary>
internal sealed class LabelSelection
{
    private readonly List<KeyValuePair<string, string>> equals;
    private readonly List<(string Key, string Operator, HashSet<string> Values)> expressions;

    private LabelSelection(JsonElement selector)
    {
        equals = [.. selector.TextMap("matchLabels")];
        expressions = [.. selector.Items("matchExpressions").Select(e => (e.Text("key") ?? "", e.Text("operator") ?? "", e.Texts("values").ToHashSet()))];
    }

    /// <summary>An empty selector selects everything, which controllers of pods refuse to act on.</summary>
    public bool IsEmpty => equals.Count == 0 && expressions.Count == 0;

    /// <summary>Reads <c>spec.selector</c> of a workload.</summary>
    public static LabelSelection From(JsonElement selector) => new(selector);

    /// <summary>Whether labels satisfy every requirement; an unknown operator matches nothing.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        equals.TrueForAll(e => labels.TryGetValue(e.Key, out var value) && value == e.Value) && expressions.TrueForAll(e => Matches(e, labels));

    private static bool Matches((string Key, string Operator, HashSet<string> Values) requirement, IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(requirement.Key, out var value);
        return requirement.Operator switch
        {
            "In" => present && requirement.Values.Contains(value!),
            "NotIn" => !present || !requirement.Values.Contains(value!),
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }
}
