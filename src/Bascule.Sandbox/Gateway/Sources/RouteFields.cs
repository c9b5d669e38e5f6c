using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>Reads the kinds of fields that several families have.</summary>
internal static partial class RouteFields
{
    /// <summary>A port by number or name, as text; empty when there is none.</summary>
    public static string Port(this JsonElement parent, string name) => parent.Int(name)?.ToString(CultureInfo.InvariantCulture) ?? parent.Text(name) ?? "";

    /// <summary>A number with a fraction; null when there is none.</summary>
    public static double? Number(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;

    /// <summary>A duration such as <c>1.5s</c>, <c>300ms</c> or <c>1h30m</c>; null when there is none or it is zero, which both mean no bound.</summary>
    /// <exception cref="RouteException">It is malformed.</exception>
    public static TimeSpan? Duration(this JsonElement parent, string name)
    {
        if (parent.Text(name) is not { Length: > 0 } text)
            return null;
        if (Parts().Match(text) is not { Success: true } match)
            throw new RouteException($"{name}: found '{text}', expected a duration such as 5s, 300ms or 1m30s");
        var total = TimeSpan.Zero;
        for (var i = 0; i < match.Groups[1].Captures.Count; i++)
            total += double.Parse(match.Groups[1].Captures[i].Value, CultureInfo.InvariantCulture) * Unit(match.Groups[2].Captures[i].Value);
        return total > TimeSpan.Zero ? total : null;
    }

    /// <summary>The changes of headers under <c>set</c>, <c>add</c> and <c>remove</c>, the first two as Istio's maps or as the Gateway API's lists.</summary>
    public static ImmutableArray<HeaderEdit> HeaderEdits(this JsonElement parent) =>
    [
        .. Pairs(parent, "set").Select(p => new HeaderEdit(p.Key, HeaderEditKind.Set, p.Value)),
        .. Pairs(parent, "add").Select(p => new HeaderEdit(p.Key, HeaderEditKind.Add, p.Value)),
        .. parent.Texts("remove").Select(name => new HeaderEdit(name, HeaderEditKind.Remove, "")),
    ];

    private static IEnumerable<KeyValuePair<string, string>> Pairs(JsonElement parent, string name) =>
        parent.TextMap(name).Concat(parent.Items(name).Select(i => KeyValuePair.Create(i.Text("name") ?? "", i.Text("value") ?? "")));

    private static TimeSpan Unit(string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromHours(1),
    };

    [GeneratedRegex(@"^(?:([0-9]+(?:\.[0-9]+)?)(ms|s|m|h))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
