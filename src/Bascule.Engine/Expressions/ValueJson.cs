using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bascule.Engine.Expressions;

/// <summary>Values from and to JSON. All numbers of JSON are floats, as in Go (EXPR-13).</summary>
public static class ValueJson
{
    /// <summary>Reads a JSON value.</summary>
    public static Value Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => new Value.Boolean(true),
        JsonValueKind.False => new Value.Boolean(false),
        JsonValueKind.Number => new Value.Float(json.GetDouble()),
        JsonValueKind.String => new Value.Text(json.GetString()!),
        JsonValueKind.Array => new Value.List([.. json.EnumerateArray().Select(Read)]),
        JsonValueKind.Object => new Value.Map(Entries(json)),
        JsonValueKind.Null or JsonValueKind.Undefined => Value.Absent,
    };

    internal static string Write(Value value, Budget budget)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, MaxDepth = Value.MaxDepth + 1 }))
            Write(value, writer, budget);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static ImmutableSortedDictionary<string, Value> Entries(JsonElement json)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
            entries[property.Name] = Read(property.Value);
        return entries.ToImmutable();
    }

    private static void Write(Value value, Utf8JsonWriter writer, Budget budget)
    {
        budget.Spend(1);
        switch (value)
        {
            case Value.Nil:
                writer.WriteNullValue();
                break;
            case Value.Boolean boolean:
                writer.WriteBooleanValue(boolean.IsTrue);
                break;
            case Value.Integer integer:
                writer.WriteNumberValue(integer.Number);
                break;
            case Value.Float real:
                if (!double.IsFinite(real.Number))
                    throw new ExpressionException($"toJSON: {real.Number.ToString(CultureInfo.InvariantCulture)} has no JSON form", -1);
                writer.WriteNumberValue(real.Number);
                break;
            case Value.Text text:
                budget.Spend(text.Characters.Length);
                writer.WriteStringValue(text.Characters);
                break;
            case Value.List list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                    Write(item, writer, budget);
                writer.WriteEndArray();
                break;
            case Value.Map map:
                writer.WriteStartObject();
                foreach (var (key, item) in map.Entries)
                {
                    budget.Spend(key.Length);
                    writer.WritePropertyName(key);
                    Write(item, writer, budget);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(ValueText.Format(value, budget));
                break;
        }
    }
}
