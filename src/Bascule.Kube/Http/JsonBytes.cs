using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Kube.Http;

/// <summary>JSON between the wire and our types, without strings in between.</summary>
internal static class JsonBytes
{
    /// <summary>A node as UTF-8.</summary>
    public static ReadOnlyMemory<byte> Write(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// One page of a list. Every item is parsed by itself, because an item that is kept must not keep the whole page.
    /// </summary>
    public static ListPage ReadList(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var items = new List<KubeObject>();
        JsonElement metadata = default;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
                ReadItems(ref reader, items);
            else if (reader.ValueTextEquals("metadata"u8))
                metadata = ReadValue(ref reader);
            else
                reader.Skip();
        }

        return new ListPage(items, Text(metadata, "resourceVersion") ?? "", Text(metadata, "continue"));
    }

    /// <summary>One event of a watch.</summary>
    /// <returns>The event's type in the server's word, and its object.</returns>
    public static (string Type, JsonElement Object) ReadEvent(in ReadOnlySequence<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        string? type = null;
        JsonElement value = default;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = Known(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                value = ReadValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return type is not null && value.ValueKind == JsonValueKind.Object ? (type, value) : throw new JsonException("expected a watch event with type and object");
    }

    private static void ReadItems(ref Utf8JsonReader reader, List<KubeObject> items)
    {
        reader.Read();

        // Go's empty slice.
        if (reader.TokenType == JsonTokenType.Null)
            return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(KubeObject.From(JsonElement.ParseValue(ref reader)));
    }

    private static JsonElement ReadValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>The usual words cost no string.</summary>
    private static string? Known(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) ? "ADDED"
        : reader.ValueTextEquals("MODIFIED"u8) ? "MODIFIED"
        : reader.ValueTextEquals("DELETED"u8) ? "DELETED"
        : reader.ValueTextEquals("BOOKMARK"u8) ? "BOOKMARK"
        : reader.GetString();

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException($"expected {token}, found {reader.TokenType}");
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A part of a list.</summary>
    /// <param name="Items">The part's objects.</param>
    /// <param name="ResourceVersion">The version of the whole list.</param>
    /// <param name="Continue">Asks for the next part; null after the last.</param>
    internal sealed record ListPage(List<KubeObject> Items, string ResourceVersion, string? Continue);
}
