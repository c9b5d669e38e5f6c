using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Api.Json;

/// <summary>
/// Reads fields that may be absent or of the wrong type: such a field counts as not set, so that one malformed object
/// never stops the others (RT-7).
/// </summary>
public static class TolerantReading
{
    private static readonly ImmutableSortedDictionary<string, string> s_noTexts = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The member as an object; an undefined element when it is absent, null or something else.</summary>
    public static JsonElement Member(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    /// <summary>The member whatever it is; null when it is absent or JSON null.</summary>
    public static JsonElement? Raw(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The member as an object; null when it is absent or something else. An empty object is present.</summary>
    public static JsonElement? MemberOrNull(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>The member as text; null when it is absent or not a string.</summary>
    public static string? Text(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The member as a whole number; null when it is absent, not a number or out of range.</summary>
    public static int? Int(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The member as a long whole number; null when it is absent, not a number or out of range.</summary>
    public static long? Long(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The member as a boolean; null when it is absent or not a boolean.</summary>
    public static bool? Bool(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>The member as a number or a string, the Kubernetes int-or-string; null when it is neither.</summary>
    public static IntOrString? IntOrString(this JsonElement parent, string name) => parent.Raw(name) switch
    {
        { ValueKind: JsonValueKind.String } text => new IntOrString(text.GetString() ?? ""),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => new IntOrString(value),
        _ => null,
    };

    /// <summary>The member as an RFC 3339 instant; null when it is absent or does not parse.</summary>
    public static DateTimeOffset? Instant(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var instant) ? instant.ToUniversalTime() : null;

    /// <summary>The elements of the member, without allocating; empty when it is absent or not a list.</summary>
    public static JsonElement.ArrayEnumerator List(this JsonElement parent, string name) =>
        parent.Raw(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    /// <summary>The elements of the member; empty when it is absent or not a list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name)
    {
        if (parent.Raw(name) is not { ValueKind: JsonValueKind.Array } list)
            yield break;
        foreach (var item in list.EnumerateArray())
            yield return item;
    }

    /// <summary>The texts in the member; empty when it is absent or not a list. An element that is no text is left out.</summary>
    public static ImmutableArray<string> Texts(this JsonElement parent, string name) =>
        [.. parent.Items(name).Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString() ?? "")];

    /// <summary>The string members of the member, sorted by key; empty when it is absent or not an object.</summary>
    public static ImmutableSortedDictionary<string, string> Map(this JsonElement parent, string name)
    {
        if (parent.MemberOrNull(name) is not { } found)
            return s_noTexts;
        var map = s_noTexts.ToBuilder();
        foreach (var entry in found.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.String)
                map[entry.Name] = entry.Value.GetString() ?? "";
        }

        return map.ToImmutable();
    }

    /// <summary>The instant as the Kubernetes API prints it: UTC, whole seconds.</summary>
    public static string ToApiTime(this DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The instant with its fraction of a second cut off, as it will read once the API has stored it.</summary>
    public static DateTimeOffset ToWholeSeconds(this DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
