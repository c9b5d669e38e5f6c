using System.Runtime.InteropServices;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Engine.Templates;

/// <summary>
/// Writes JSON as Go writes a typed object: fields in struct order, empty ones left out where the type says so, map
/// keys sorted, quantities canonical, unknown and wrongly typed fields dropped (RT-7, RT-8, HASH-1).
/// </summary>
internal static class GoJson
{
    /// <summary>Writes a value in Go's form.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="value">The value; undefined counts as absent.</param>
    /// <param name="type">Its type.</param>
    public static void Write(ref GoText text, JsonElement value, GoType type)
    {
        switch (type.Kind)
        {
            case GoKind.List:
                WriteList(ref text, value, type.Element!);
                break;
            case GoKind.Map:
                WriteMap(ref text, value, type.Element!);
                break;
            case GoKind.Struct:
                WriteStruct(ref text, value, type.Fields);
                break;
            default:
                WriteScalar(ref text, value, type.Kind);
                break;
        }
    }

    private static void WriteStruct(ref GoText text, JsonElement value, GoField[] fields)
    {
        text.Append((byte)'{');
        var first = true;
        foreach (var field in fields)
        {
            var member = Member(value, field.Name);
            if (!field.Type.Fits(member))
                member = default;
            if (!field.Always && IsEmpty(member, field))
                continue;
            Separate(ref text, ref first);
            text.Append(field.Label);
            if (field.Pointer && member.ValueKind == JsonValueKind.Undefined)
                text.Append("null"u8);
            else
                Write(ref text, member, field.Type);
        }

        text.Append((byte)'}');
    }

    private static JsonElement Member(JsonElement value, ReadOnlySpan<byte> name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : default;

    /// <summary>What Go's <c>omitempty</c> leaves out: never a struct that is not behind a pointer, nor a quantity.</summary>
    private static bool IsEmpty(JsonElement value, GoField field)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
            return field.Pointer || field.Type.Kind is not (GoKind.Struct or GoKind.Quantity);
        return field.Type.Kind switch
        {
            GoKind.List => value.GetArrayLength() == 0,
            GoKind.Map => value.GetPropertyCount() == 0,
            _ when field.Pointer => false,
            GoKind.Text => value.ValueEquals(""u8),
            GoKind.Integer => value.GetInt64() == 0,
            GoKind.Boolean => value.ValueKind == JsonValueKind.False,
            _ => false,
        };
    }

    private static void WriteScalar(ref GoText text, JsonElement value, GoKind kind)
    {
        switch (kind)
        {
            case GoKind.Quantity:
                text.AppendString(value.ValueKind == JsonValueKind.Undefined ? "0" : Quantity.Canonical(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
                break;
            case GoKind.Text or GoKind.IntOrString when value.ValueKind == JsonValueKind.String:
                text.AppendString(value);
                break;
            case GoKind.Text:
                text.Append("\"\""u8);
                break;
            case GoKind.Boolean:
                text.Append(value.ValueKind == JsonValueKind.True ? "true"u8 : "false"u8);
                break;
            case GoKind.Raw:
                WriteRaw(ref text, value);
                break;
            default:
                text.Append(value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0);
                break;
        }
    }

    private static void WriteList(ref GoText text, JsonElement value, GoType element)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            text.Append("null"u8);
            return;
        }

        text.Append((byte)'[');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            Separate(ref text, ref first);
            Write(ref text, element.Fits(item) ? item : default, element);
        }

        text.Append((byte)']');
    }

    private static void WriteMap(ref GoText text, JsonElement value, GoType element)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            text.Append("null"u8);
            return;
        }

        text.Append((byte)'{');
        var first = true;
        foreach (var entry in value.EnumerateObject().Where(e => element.Fits(e.Value)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            Separate(ref text, ref first);
            text.AppendString(entry.Name);
            text.Append((byte)':');
            Write(ref text, entry.Value, element);
        }

        text.Append((byte)'}');
    }

    /// <summary>Raw content keeps its own order, without blanks.</summary>
    private static void WriteRaw(ref GoText text, JsonElement value)
    {
        var first = true;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append((byte)'{');
                foreach (var entry in value.EnumerateObject())
                {
                    Separate(ref text, ref first);
                    text.AppendString(entry.Name);
                    text.Append((byte)':');
                    WriteRaw(ref text, entry.Value);
                }

                text.Append((byte)'}');
                break;
            case JsonValueKind.Array:
                text.Append((byte)'[');
                foreach (var item in value.EnumerateArray())
                {
                    Separate(ref text, ref first);
                    WriteRaw(ref text, item);
                }

                text.Append((byte)']');
                break;
            case JsonValueKind.String:
                text.AppendString(value);
                break;
            case JsonValueKind.Undefined:
                text.Append("null"u8);
                break;
            default:
                text.Append(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    private static void Separate(ref GoText text, ref bool first)
    {
        if (!first)
            text.Append((byte)',');
        first = false;
    }
}
