using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bascule.Sandbox.Printing;

/// <summary>
/// The JSONPath of printer columns: fields (<c>.a.b</c>, <c>['a']</c>, <c>\.</c> inside a name), indexes, <c>[*]</c> and
/// filters that compare a field with a constant (<c>[?(@.type=="Ready")]</c>).
/// </summary>
internal static class JsonPath
{
    /// <summary>Everything the path finds; nothing for a path that cannot be read.</summary>
    public static List<JsonElement> Find(JsonElement root, string path)
    {
        List<JsonElement> found = [root];
        var rest = path.Trim().Trim('{', '}').AsSpan();
        if (rest.StartsWith("$"))
            rest = rest[1..];
        while (rest.Length > 0 && found.Count > 0)
        {
            var (step, length) = rest[0] == '[' ? Bracket(rest) : Field(rest);
            if (length == 0)
                return [];
            found = [.. found.SelectMany(step)];
            rest = rest[length..];
        }

        return found;
    }

    private static (Func<JsonElement, IEnumerable<JsonElement>> Step, int Length) Field(ReadOnlySpan<char> path)
    {
        var start = path[0] == '.' ? 1 : 0;
        var name = new StringBuilder();
        var at = start;
        for (; at < path.Length && path[at] is not ('.' or '['); at++)
        {
            if (path[at] == '\\' && at + 1 < path.Length)
                at++;
            name.Append(path[at]);
        }

        return (Named(name.ToString()), at);
    }

    private static (Func<JsonElement, IEnumerable<JsonElement>> Step, int Length) Bracket(ReadOnlySpan<char> path)
    {
        var end = path.IndexOf(']');
        if (end < 0)
            return (_ => [], 0);
        var inner = path[1..end].Trim().ToString();
        if (inner.StartsWith("?(", StringComparison.Ordinal))
            return (Filter(inner[2..].TrimEnd(')')), end + 1);
        if (inner.Length > 1 && inner[0] is '\'' or '"')
            return (Named(inner[1..^1]), end + 1);
        if (inner == "*")
            return (Named("*"), end + 1);
        return int.TryParse(inner, CultureInfo.InvariantCulture, out var index) ? (Item(index), end + 1) : (_ => [], 0);
    }

    private static Func<JsonElement, IEnumerable<JsonElement>> Named(string name) => element => (name, element.ValueKind) switch
    {
        ("", _) => [element],
        ("*", JsonValueKind.Array) => element.EnumerateArray(),
        ("*", JsonValueKind.Object) => element.EnumerateObject().Select(p => p.Value),
        (_, JsonValueKind.Object) => element.TryGetProperty(name, out var value) ? [value] : [],
        _ => [],
    };

    private static Func<JsonElement, IEnumerable<JsonElement>> Item(int index) => element =>
    {
        if (element.ValueKind != JsonValueKind.Array)
            return [];
        var at = index < 0 ? element.GetArrayLength() + index : index;
        return at >= 0 && at < element.GetArrayLength() ? [element[at]] : [];
    };

    private static Func<JsonElement, IEnumerable<JsonElement>> Filter(string condition)
    {
        var isEqual = condition.Contains("==", StringComparison.Ordinal);
        var sides = condition.Split(isEqual ? "==" : "!=", 2, StringSplitOptions.TrimEntries);
        var field = sides[0].TrimStart('@');
        return element =>
        {
            if (element.ValueKind != JsonValueKind.Array)
                return [];
            return element.EnumerateArray().Where(item =>
            {
                var values = Find(item, field);
                return sides.Length == 1 ? values.Count > 0 : values.Exists(v => v.ToString() == sides[1].Trim('"', '\'')) == isEqual;
            });
        };
    }
}
