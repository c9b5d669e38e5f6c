using System.Collections.Immutable;
using System.Globalization;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>A label selector in the API's string form: every requirement must hold.</summary>
internal sealed class LabelSelector
{
    private readonly ImmutableArray<Requirement> _requirements;

    private LabelSelector(ImmutableArray<Requirement> requirements) => _requirements = requirements;

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Absent,
        Greater,
        Less,
    }

    public static LabelSelector Everything { get; } = new([]);

    public bool IsEverything => _requirements.IsEmpty;

    /// <summary>Reads <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1,m&lt;2</c>.</summary>
    /// <exception cref="Bascule.Kube.KubeException">400: the text is not a selector.</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Everything;
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var part in SplitOutsideParentheses(text))
            requirements.Add(ParseRequirement(part.Trim(), text));
        return new(requirements.ToImmutable());
    }

    public bool Matches(StoredObject candidate) => Matches(candidate.Label);

    public bool Matches(Func<string, string?> label)
    {
        foreach (var requirement in _requirements)
        {
            if (!Holds(requirement, label(requirement.Key)))
                return false;
        }

        return true;
    }

    private static bool Holds(Requirement requirement, string? value) => requirement.Operator switch
    {
        Operator.In => value is not null && requirement.Values.Contains(value),
        Operator.NotIn => value is null || !requirement.Values.Contains(value),
        Operator.Exists => value is not null,
        Operator.Absent => value is null,
        Operator.Greater => long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number > requirement.Bound,
        Operator.Less => long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number < requirement.Bound,
    };

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')')
                depth--;
            else if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static Requirement ParseRequirement(string part, string whole)
    {
        if (part.EndsWith(')'))
            return ParseSet(part, whole);
        if (part.StartsWith('!') && !part.Contains('='))
            return new(Key(part[1..], whole), Operator.Absent, [], 0);
        var at = part.IndexOfAny(['=', '!', '<', '>']);
        if (at < 0)
            return new(Key(part, whole), Operator.Exists, [], 0);
        var key = Key(part[..at], whole);
        return part[at] switch
        {
            '=' => new(key, Operator.In, [Value(part[at..].TrimStart('='), whole)], 0),
            '!' when part.Length > at + 1 && part[at + 1] == '=' => new(key, Operator.NotIn, [Value(part[(at + 2)..], whole)], 0),
            '<' => new(key, Operator.Less, [], Bound(part[(at + 1)..], whole)),
            '>' => new(key, Operator.Greater, [], Bound(part[(at + 1)..], whole)),
            _ => throw Malformed(whole, $"found '{part}', expected: '=', '!=', '==', 'in', notin'"),
        };
    }

    private static Requirement ParseSet(string part, string whole)
    {
        var open = part.IndexOf('(', StringComparison.Ordinal);
        var words = (open < 0 ? "" : part[..open]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 || words[1] is not ("in" or "notin"))
            throw Malformed(whole, $"found '{part}', expected: in, notin");
        var values = part[(open + 1)..^1].Split(',').Select(v => Value(v, whole)).ToImmutableArray();
        return new(Key(words[0], whole), words[1] == "in" ? Operator.In : Operator.NotIn, values, 0);
    }

    private static string Key(string text, string whole)
    {
        var key = text.Trim();
        if (key.Length == 0 || key.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')))
            throw Malformed(whole, $"found '{text}', expected: a label key");
        return key;
    }

    private static string Value(string text, string whole)
    {
        var value = text.Trim();
        if (value.Length > 63 || value.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            throw Malformed(whole, $"found '{text}', expected: a label value");
        return value;
    }

    private static long Bound(string text, string whole) =>
        long.TryParse(text.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var bound)
            ? bound
            : throw Malformed(whole, $"found '{text}', expected: an integer");

    private static Kube.KubeException Malformed(string whole, string why) =>
        ApiErrors.BadRequest($"unable to parse label selector \"{whole}\": {why}");

    private sealed record Requirement(string Key, Operator Operator, ImmutableArray<string> Values, long Bound);
}
