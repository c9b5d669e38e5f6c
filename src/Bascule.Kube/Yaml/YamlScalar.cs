using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Bascule.Kube.Yaml;

/// <summary>What a YAML scalar means in JSON, by the rules of YAML 1.1 that Kubernetes clients follow.</summary>
internal static class YamlScalar
{
    public static JsonNode? Read(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag is "tag:yaml.org,2002:str" or "tag:yaml.org,2002:binary" or "!" || (tag.Length == 0 && scalar.Style is not ScalarStyle.Plain))
            return JsonValue.Create(scalar.Value);
        var text = scalar.Value;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "-.inf" or "-.Inf" or ".nan" or ".NaN" or ".NAN":
                throw new YamlFormatException((int)scalar.Start.Line, (int)scalar.Start.Column, $"found {text}, which JSON cannot express: write it in quotes if text is meant");
            default:
                return Number(text) ?? JsonValue.Create(text);
        }
    }

    private static JsonValue? Number(string text)
    {
        var first = text[0] is '+' or '-' ? 1 : 0;
        if (first >= text.Length || !(char.IsAsciiDigit(text[first]) || text[first] == '.'))
            return null;
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        return Integer(plain) ?? Float(plain);
    }

    private static JsonValue? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text.TrimStart('+', '-');
        var (style, body) = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => (16, hex),
            ['0', 'b' or 'B', .. var binary] => (2, binary),
            ['0', 'o' or 'O', .. var octal] => (8, octal),
            ['0', .. { Length: > 0 } octal] => (8, octal),
            _ => (10, digits),
        };
        if (body.Length == 0 || text.Length - digits.Length > 1)
            return null;
        var value = BigInteger.Zero;
        foreach (var character in body)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : int.MaxValue;
            if (digit >= style)
                return null;
            value = (value * style) + digit;
        }

        value = negative ? -value : value;
        if (value >= long.MinValue && value <= long.MaxValue)
            return JsonValue.Create((long)value);
        return value <= ulong.MaxValue && value > 0 ? JsonValue.Create((ulong)value) : JsonValue.Create((double)value);
    }

    private static JsonValue? Float(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : null;
}
