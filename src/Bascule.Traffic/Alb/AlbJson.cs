using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>Annotations that hold JSON.</summary>
internal static class AlbJson
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sets an annotation where it says something else; one that says the same in other words stays.</summary>
    /// <returns>True when it was set.</returns>
    public static bool Set(JsonObject annotations, string key, JsonNode value)
    {
        if (annotations.TextAt(key) is { } present && JsonNode.DeepEquals(Read(present), value))
            return false;
        annotations[key] = Write(value);
        return true;
    }

    /// <summary>What an annotation says; null when it is no JSON.</summary>
    public static JsonNode? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>In one line, with members in their order, and written like the incumbent's, which escapes these three (TR-ALB-03).</summary>
    private static string Write(JsonNode value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_compact))
            value.WriteTo(writer);
        return new StringBuilder(Encoding.UTF8.GetString(buffer.WrittenSpan))
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").ToString();
    }
}
