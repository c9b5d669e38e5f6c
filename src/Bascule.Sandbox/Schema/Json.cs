using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Small steps between the immutable and the mutable view of JSON.</summary>
internal static class Json
{
    /// <summary>A mutable copy of an element.</summary>
    public static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element.Clone()),
        JsonValueKind.Array => JsonArray.Create(element.Clone()),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(element.Clone()),
    };

    /// <summary>The object under a field; null when absent or of another type.</summary>
    public static JsonObject? Object(this JsonObject? parent, string name) => parent?[name] as JsonObject;

    /// <summary>The list under a field; null when absent or of another type.</summary>
    public static JsonArray? Array(this JsonObject? parent, string name) => parent?[name] as JsonArray;

    /// <summary>The text under a field; null when absent or of another type.</summary>
    public static string? String(this JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The whole number under a field; null when absent or of another type.</summary>
    public static long? Integer(this JsonObject? parent, string name) => parent?[name] is JsonValue value ? AsInteger(value) : null;

    /// <summary>The truth value under a field; null when absent or of another type.</summary>
    public static bool? Boolean(this JsonObject? parent, string name) => parent?[name]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A whole number; null when the value is none.</summary>
    public static long? AsInteger(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Any number; null when the value is none.</summary>
    public static double? AsDouble(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
