using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace Bascule.Engine.Templates;

/// <summary>What a Go value may be; see <see cref="GoTypeTable"/> for the letters.</summary>
internal enum GoKind
{
    Text,
    Integer,
    Boolean,
    Quantity,
    IntOrString,
    Raw,
    List,
    Map,
    Struct,
}

/// <summary>A Go type of the <see cref="GoTypeTable"/>. Each is made once, so that hashing looks nothing up.</summary>
internal sealed class GoType
{
    private static readonly FrozenDictionary<string, string> s_structs = GoTypeTable.Text
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(": ", 2))
        .ToFrozenDictionary(parts => parts[0], parts => parts[1]);

    private static readonly ConcurrentDictionary<string, GoType> s_made = new(StringComparer.Ordinal);

    private readonly string _name;
    private readonly Lazy<GoField[]> _fields;

    private GoType(string name)
    {
        _name = name;
        Kind = name switch
        {
            "s" => GoKind.Text,
            "i" => GoKind.Integer,
            "b" => GoKind.Boolean,
            "q" => GoKind.Quantity,
            "x" => GoKind.IntOrString,
            "r" => GoKind.Raw,
            ['[', ..] => GoKind.List,
            ['{', ..] => GoKind.Map,
            _ => GoKind.Struct,
        };
        Element = Kind is GoKind.List or GoKind.Map ? Of(name[1..^1]) : null;

        // Made when first needed, because types contain themselves: a volume's claim has metadata with owners, and so on.
        _fields = new(() => [.. s_structs[_name].Split(' ').Select(GoField.Parse)]);
    }

    /// <summary>What it is.</summary>
    public GoKind Kind { get; }

    /// <summary>What a list or a map holds; null for others.</summary>
    public GoType? Element { get; }

    /// <summary>The fields of a struct, in its order.</summary>
    public GoField[] Fields => _fields.Value;

    /// <summary>A type by the name that the table gives it.</summary>
    public static GoType Of(string name) => s_made.GetOrAdd(name, static n => new GoType(n));

    /// <summary>True when Go decodes the value without an error; undefined counts as absent, which always fits.</summary>
    public bool Fits(JsonElement value) => value.ValueKind == JsonValueKind.Undefined || Kind switch
    {
        GoKind.Text => value.ValueKind == JsonValueKind.String,
        GoKind.Integer => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        GoKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        GoKind.Quantity => value.ValueKind is JsonValueKind.String or JsonValueKind.Number,
        GoKind.IntOrString => value.ValueKind is JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
        GoKind.Raw => true,
        GoKind.List => value.ValueKind == JsonValueKind.Array,
        GoKind.Map or GoKind.Struct => value.ValueKind == JsonValueKind.Object,
    };
}
