using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bascule.Engine.Templates;

/// <summary>
/// Writes JSON as Go writes a typed object: fields in struct order, empty ones left out where the type says so, map
/// keys sorted, quantities canonical, unknown and wrongly typed fields dropped (RT-7, RT-8, HASH-1).
/// </summary>
internal static class GoJson
{
    private static readonly Lazy<FrozenDictionary<string, GoField[]>> Types = new(() => GoTypeTable.Text
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(": ", 2))
        .ToFrozenDictionary(parts => parts[0], parts => parts[1].Split(' ').Select(GoField.Parse).ToArray()));

    /// <summary>The value in Go's form.</summary>
    /// <param name="value">The value; undefined counts as absent.</param>
    /// <param name="kind">Its kind; see <see cref="GoTypeTable"/>.</param>
    public static string Canonical(JsonElement value, string kind)
    {
        var text = new StringBuilder();
        Write(text, value, kind);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value, string kind)
    {
        switch (kind[0])
        {
            case '[':
                WriteList(text, value, kind[1..^1]);
                break;
            case '{':
                WriteMap(text, value, kind[1..^1]);
                break;
            default:
                if (kind.Length == 1)
                    WriteScalar(text, value, kind[0]);
                else
                    WriteStruct(text, value, Types.Value[kind]);
                break;
        }
    }

    private static void WriteStruct(StringBuilder text, JsonElement value, GoField[] fields)
    {
        text.Append('{');
        var first = true;
        foreach (var field in fields)
        {
            var member = Member(value, field.Name);
            if (!Fits(member, field.Kind))
                member = default;
            if (!field.Always && IsEmpty(member, field))
                continue;
            if (!first)
                text.Append(',');
            first = false;
            WriteString(text, field.Name);
            text.Append(':');
            if (field.Pointer && member.ValueKind == JsonValueKind.Undefined)
                text.Append("null");
            else
                Write(text, member, field.Kind);
        }

        text.Append('}');
    }

    private static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : default;

    private static bool Fits(JsonElement value, string kind) => value.ValueKind == JsonValueKind.Undefined || kind switch
    {
        "s" => value.ValueKind == JsonValueKind.String,
        "i" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "b" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "q" => value.ValueKind is JsonValueKind.String or JsonValueKind.Number,
        "x" => value.ValueKind is JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
        "r" => true,
        ['[', ..] => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };

    /// <summary>What Go's <c>omitempty</c> leaves out: never a struct that is not behind a pointer.</summary>
    private static bool IsEmpty(JsonElement value, GoField field)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
            return field.Pointer || field.Kind[0] is '[' or '{' || (field.Kind.Length == 1 && field.Kind != "q");
        return field.Kind[0] switch
        {
            '[' => value.GetArrayLength() == 0,
            '{' => !value.EnumerateObject().Any(),
            _ when field.Pointer => false,
            's' when field.Kind.Length == 1 => value.GetString()!.Length == 0,
            'i' when field.Kind.Length == 1 => value.GetInt64() == 0,
            'b' when field.Kind.Length == 1 => value.ValueKind == JsonValueKind.False,
            _ => false,
        };
    }

    private static void WriteScalar(StringBuilder text, JsonElement value, char kind)
    {
        switch (kind)
        {
            case 'q':
                WriteString(text, value.ValueKind == JsonValueKind.Undefined ? "0" : Quantity.Canonical(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
                break;
            case 's':
            case 'x' when value.ValueKind == JsonValueKind.String:
                WriteString(text, value.ValueKind == JsonValueKind.String ? value.GetString()! : "");
                break;
            case 'b':
                text.Append(value.ValueKind == JsonValueKind.True ? "true" : "false");
                break;
            case 'r':
                WriteRaw(text, value);
                break;
            default:
                text.Append(value.ValueKind == JsonValueKind.Number ? value.GetInt64().ToString(CultureInfo.InvariantCulture) : "0");
                break;
        }
    }

    private static void WriteList(StringBuilder text, JsonElement value, string kind)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            text.Append("null");
            return;
        }

        text.Append('[');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                text.Append(',');
            first = false;
            Write(text, Fits(item, kind) ? item : default, kind);
        }

        text.Append(']');
    }

    private static void WriteMap(StringBuilder text, JsonElement value, string kind)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            text.Append("null");
            return;
        }

        text.Append('{');
        var first = true;
        foreach (var entry in value.EnumerateObject().Where(e => Fits(e.Value, kind)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (!first)
                text.Append(',');
            first = false;
            WriteString(text, entry.Name);
            text.Append(':');
            Write(text, entry.Value, kind);
        }

        text.Append('}');
    }

    /// <summary>Raw content keeps its own order, without blanks.</summary>
    private static void WriteRaw(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = '{';
                foreach (var entry in value.EnumerateObject())
                {
                    text.Append(separator);
                    separator = ',';
                    WriteString(text, entry.Name);
                    text.Append(':');
                    WriteRaw(text, entry.Value);
                }

                text.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                text.Append('[').AppendJoin(',', value.EnumerateArray().Select(item => Canonical(item, "r"))).Append(']');
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString()!);
                break;
            case JsonValueKind.Undefined:
                text.Append("null");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>A string with Go's escapes, which include those for HTML.</summary>
    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            switch (character)
            {
                case '"' or '\\':
                    text.Append('\\').Append(character);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }

        text.Append('"');
    }
}
