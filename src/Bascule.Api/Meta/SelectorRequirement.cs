using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Meta;

/// <summary>One requirement of a label selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>; anything else matches nothing.</param>
/// <param name="Values">The values for <c>In</c> and <c>NotIn</c>.</param>
public sealed record SelectorRequirement(string Key, string Operator, ImmutableArray<string> Values)
{
    /// <summary>Reads one entry of <c>matchExpressions</c>.</summary>
    public static SelectorRequirement Read(JsonElement entry) => new(
        entry.Text("key") ?? "",
        entry.Text("operator") ?? "",
        entry.Texts("values"));

    /// <summary>True when the labels satisfy it.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Operator switch
    {
        "In" => labels.TryGetValue(Key, out var value) && Values.Contains(value),
        "NotIn" => !labels.TryGetValue(Key, out var value) || !Values.Contains(value),
        "Exists" => labels.ContainsKey(Key),
        "DoesNotExist" => !labels.ContainsKey(Key),
        _ => false,
    };

    /// <inheritdoc/>
    public override string ToString() => Operator switch
    {
        "In" => $"{Key} in ({string.Join(',', Values.Order(StringComparer.Ordinal))})",
        "NotIn" => $"{Key} notin ({string.Join(',', Values.Order(StringComparer.Ordinal))})",
        "DoesNotExist" => $"!{Key}",
        _ => Key,
    };
}
