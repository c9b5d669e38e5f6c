using System.Text.Json;

namespace Bascule.Sandbox.Printing;

/// <summary>Reads fields that may be absent.</summary>
internal static class Reading
{
    /// <summary>What is below a path of fields; undefined when a step is missing.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
                return default;
        }

        return element;
    }

    /// <summary>The text below a path; empty when there is none.</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind == JsonValueKind.String ? found.GetString()! : "";
    }

    /// <summary>The whole number below a path; 0 when there is none.</summary>
    public static long Number(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : 0;

    /// <summary>True when the value below a path is.</summary>
    public static bool IsTrue(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind == JsonValueKind.True;

    /// <summary>The instant below a path; null when there is none.</summary>
    public static DateTimeOffset? Instant(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.String } found && found.TryGetDateTimeOffset(out var instant) ? instant : null;

    /// <summary>The items below a path; none when there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    /// <summary>The entries below a path; none when there is no map.</summary>
    public static IEnumerable<JsonProperty> Entries(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : [];

    /// <summary>A text, or a word for its absence.</summary>
    public static string Or(this string text, string absent) => text.Length == 0 ? absent : text;
}
