using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Meta;

/// <summary>Which objects are meant, by their labels.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that must be there with exactly this value.</summary>
    public ImmutableSortedDictionary<string, string> MatchLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Further requirements; all must hold.</summary>
    public ImmutableArray<SelectorRequirement> MatchExpressions { get; init; } = [];

    /// <summary>True when nothing is required, which matches every object.</summary>
    public bool IsEmpty => MatchLabels.IsEmpty && MatchExpressions.IsEmpty;

    /// <summary>Reads a selector object.</summary>
    public static LabelSelector Read(JsonElement selector) => new()
    {
        MatchLabels = selector.Map("matchLabels"),
        MatchExpressions = [.. selector.Items("matchExpressions").Select(SelectorRequirement.Read)],
    };

    /// <summary>True when labels satisfy every requirement.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var (key, wanted) in MatchLabels)
        {
            if (!labels.TryGetValue(key, out var value) || value != wanted)
                return false;
        }

        foreach (var expression in MatchExpressions)
        {
            if (!expression.Matches(labels))
                return false;
        }

        return true;
    }

    /// <summary>The form that label-selector query strings and the scale subresource use, ordered by key.</summary>
    public override string ToString() => MatchLabels.Count == 1 && MatchExpressions.IsEmpty ? $"{MatchLabels.First().Key}={MatchLabels.First().Value}" : string.Join(',', MatchLabels
        .Select(l => (l.Key, Text: $"{l.Key}={l.Value}"))
        .Concat(MatchExpressions.Select(e => (e.Key, Text: e.ToString())))
        .OrderBy(part => part.Key, StringComparer.Ordinal)
        .Select(part => part.Text));
}
