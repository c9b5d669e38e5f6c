using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Schema;

/// <summary>Amounts such as <c>100m</c>, <c>1.5</c> and <c>128Mi</c>.</summary>
internal static partial class Quantity
{
    /// <summary>What the real server says of a text that is none.</summary>
    public const string Malformed = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    /// <summary>The amount as a number; null when the value is none.</summary>
    public static double? Parse(JsonNode? node)
    {
        if (node?.GetValueKind() == JsonValueKind.Number)
            return Json.AsDouble(node);
        if (node?.GetValueKind() != JsonValueKind.String || Shape().Match(node.GetValue<string>()) is not { Success: true } match)
            return null;
        return double.TryParse(match.Groups[1].Value + match.Groups[2].Value, CultureInfo.InvariantCulture, out var number) ? number * Factor(match.Groups[3].Value) : null;
    }

    private static double Factor(string unit) => unit switch
    {
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => Math.Pow(1024, 2),
        "Gi" => Math.Pow(1024, 3),
        "Ti" => Math.Pow(1024, 4),
        "Pi" => Math.Pow(1024, 5),
        "Ei" => Math.Pow(1024, 6),
        _ => 1,
    };

    [GeneratedRegex("^([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))([eE][-+]?[0-9]+)?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$")]
    private static partial Regex Shape();
}
