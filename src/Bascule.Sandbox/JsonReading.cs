using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox;

/// <summary>Reads fields of immutable JSON where absence is an answer, not an error.</summary>
internal static class JsonReading
{
    /// <summary>The value under a field; of kind Undefined when absent, null, or when the parent is no object.</summary>
    public static JsonElement At(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    /// <summary>The value under a path of fields.</summary>
    public static JsonElement At(this JsonElement parent, string first, string second) => parent.At(first).At(second);

    /// <summary>True unless the value is absent.</summary>
    public static bool Exists(this JsonElement value) => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The text under a field; null when absent or of another type.</summary>
    public static string? Text(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The whole number under a field; null when absent or of another type.</summary>
    public static int? Int(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The larger whole number under a field; null when absent or of another type.</summary>
    public static long? Long(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The truth value under a field; false when absent or of another type.</summary>
    public static bool IsTrue(this JsonElement parent, string name) => parent.At(name).ValueKind == JsonValueKind.True;

    /// <summary>The instant under a field; null when absent or malformed.</summary>
    public static DateTimeOffset? Instant(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var instant) ? instant : null;

    /// <summary>The items of the list under a field; none when absent or of another type.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name) =>
        parent.At(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The texts of the list under a field; none when absent.</summary>
    public static IEnumerable<string> Texts(this JsonElement parent, string name) =>
        parent.Items(name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!);

    /// <summary>The text fields of the object under a field; none when absent.</summary>
    public static IEnumerable<KeyValuePair<string, string>> TextMap(this JsonElement parent, string name)
    {
        if (parent.At(name) is not { ValueKind: JsonValueKind.Object } map)
            return [];
        return map.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!));
    }

    /// <summary>An immutable copy of what was built.</summary>
    public static JsonElement ToElement(this JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>An instant as the API writes it: UTC, whole seconds.</summary>
    public static string ToApiTime(this DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
