using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>
/// A JSON value together with its path, so that every reading error can say where it is. An absent field and an explicit
/// <c>null</c> read alike, as they do in Kubernetes.
/// </summary>
internal readonly record struct Field(JsonElement Value, string Path)
{
    public bool IsAbsent => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public Field this[string name]
    {
        get
        {
            if (IsAbsent)
                return new(default, $"{Path}.{name}");
            Expect(JsonValueKind.Object, "an object");
            return new(Value.TryGetProperty(name, out var child) ? child : default, Path.Length == 0 ? name : $"{Path}.{name}");
        }
    }

    public JsonElement? Object()
    {
        if (IsAbsent)
            return null;
        Expect(JsonValueKind.Object, "an object");
        return Value;
    }

    public string? Text()
    {
        if (IsAbsent)
            return null;
        Expect(JsonValueKind.String, "a string");
        return Value.GetString();
    }

    public bool Flag() => !IsAbsent && Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unexpected("true or false"),
    };

    public int? Integer()
    {
        if (IsAbsent)
            return null;
        return Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) ? number : throw Unexpected("a whole number of at most 32 bits");
    }

    public DateTimeOffset? Instant()
    {
        if (IsAbsent)
            return null;
        return Value.ValueKind == JsonValueKind.String && Value.TryGetDateTimeOffset(out var instant) ? instant : throw Unexpected("an RFC 3339 time");
    }

    public ImmutableArray<T> List<T>(Func<Field, T> read)
    {
        if (IsAbsent)
            return [];
        Expect(JsonValueKind.Array, "a list");
        var items = ImmutableArray.CreateBuilder<T>(Value.GetArrayLength());
        foreach (var item in Value.EnumerateArray())
            items.Add(read(new(item, string.Create(CultureInfo.InvariantCulture, $"{Path}[{items.Count}]"))));
        return items.MoveToImmutable();
    }

    public ImmutableSortedDictionary<string, string> Map()
    {
        if (IsAbsent)
            return ImmutableSortedDictionary<string, string>.Empty;
        Expect(JsonValueKind.Object, "an object");
        var path = Path;
        return Value.EnumerateObject()
            .Select(p => KeyValuePair.Create(p.Name, new Field(p.Value, $"{path}.{p.Name}").Text() ?? ""))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public void Expect(JsonValueKind kind, string expected)
    {
        if (Value.ValueKind != kind)
            throw Unexpected(expected);
    }

    public FieldFormatException Unexpected(string expected) => new(Path, Found(), expected);

    private string Found() => Value.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string \"{Value.GetString()}\"",
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => Value.GetRawText(),
    };
}
