using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>
/// A JSON value on its way into a record. An absent field and an explicit <c>null</c> read alike, as they do in Kubernetes.
/// </summary>
/// <param name="Value">The value; undefined when absent.</param>
/// <param name="Path">
/// Where it stands, so that a value of the wrong type can be refused by name. Null to count such a value as absent instead
/// (RT-7), which also spares the paths of all the good ones.
/// </param>
internal readonly record struct Field(JsonElement Value, string? Path = null)
{
    public bool IsAbsent => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public Field this[string name]
    {
        get
        {
            var child = Is(JsonValueKind.Object, "an object") && Value.TryGetProperty(name, out var found) ? found : default;
            return new(child, Path is null ? null : Path.Length == 0 ? name : $"{Path}.{name}");
        }
    }

    public JsonElement? Object() => Is(JsonValueKind.Object, "an object") ? Value : null;

    public string? Text() => Is(JsonValueKind.String, "a string") ? Value.GetString() : null;

    public bool Flag() => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Refuse("true or false"),
    };

    public int? Integer()
    {
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number))
            return number;
        Refuse("a whole number of at most 32 bits");
        return null;
    }

    public DateTimeOffset? Instant()
    {
        if (Value.ValueKind == JsonValueKind.String && Value.TryGetDateTimeOffset(out var instant))
            return instant;
        Refuse("an RFC 3339 time");
        return null;
    }

    public ImmutableArray<T> List<T>(Func<Field, T> read)
    {
        if (!Is(JsonValueKind.Array, "a list"))
            return [];
        var items = ImmutableArray.CreateBuilder<T>(Value.GetArrayLength());
        foreach (var item in Value.EnumerateArray())
            items.Add(read(new(item, Path is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Path}[{items.Count}]"))));
        return items.MoveToImmutable();
    }

    public ImmutableSortedDictionary<string, string> Map()
    {
        if (!Is(JsonValueKind.Object, "an object"))
            return ImmutableSortedDictionary<string, string>.Empty;
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in Value.EnumerateObject())
        {
            if (new Field(entry.Value, Path is null ? null : $"{Path}.{entry.Name}").Text() is { } text)
                map[entry.Name] = text;
        }

        return map.ToImmutable();
    }

    /// <summary>False when the value is absent or counts as such.</summary>
    public bool Is(JsonValueKind kind, string expected) => Value.ValueKind == kind || Refuse(expected);

    /// <summary>Throws for a wrong value that has to be reported; false for one that counts as absent.</summary>
    public bool Refuse(string expected) => IsAbsent || Path is null ? false : throw new FieldFormatException(Path, Found(), expected);

    private string Found() => Value.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string \"{Value.GetString()}\"",
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => Value.GetRawText(),
    };
}
