using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// The schemas of the built-in types, put together from two embedded tables: names and types as generated
/// (<c>builtin.json</c>, <c>legacy.json</c>) and what is known besides (<c>builtin-facts.json</c>: merge keys, enums,
/// constant defaults, descriptions).
/// </summary>
internal static class BuiltinSchemas
{
    /// <summary>Every named type by its short name, such as <c>core.v1.PodSpec</c>.</summary>
    public static IReadOnlyDictionary<string, StructuralSchema> ByName { get; } = new Builder().BuildAll();

    /// <summary>The same by <see cref="StructuralSchema.DefinitionName"/>, without what single fields add.</summary>
    public static IReadOnlyDictionary<string, StructuralSchema> ByFullName { get; } = ByName.Values.ToDictionary(s => s.DefinitionName!);

    /// <summary>The metadata of every object.</summary>
    public static StructuralSchema ObjectMeta => ByName["meta.v1.ObjectMeta"];

    /// <summary>The schema of a built-in kind.</summary>
    public static StructuralSchema Kind(string group, string version, string kind)
    {
        var family = group.Length == 0 ? "core" : group.Split('.')[0];
        return ByName[$"{family}.{version}.{kind}"];
    }

    /// <summary>One embedded JSON table of this folder.</summary>
    internal static JsonElement Table(string file)
    {
        using var stream = typeof(BuiltinSchemas).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not embedded in this program");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    private sealed class Builder
    {
        private readonly JsonElement facts = Table("builtin-facts.json");
        private readonly Dictionary<string, JsonElement> types = new[] { "builtin.json", "legacy.json" }
            .SelectMany(f => Table(f).EnumerateObject())
            .ToDictionary(p => p.Name, p => p.Value);

        private readonly Dictionary<string, StructuralSchema> built = [];

        public Dictionary<string, StructuralSchema> BuildAll()
        {
            foreach (var name in types.Keys)
                Named(name);
            return built;
        }

        private StructuralSchema Named(string name)
        {
            if (built.TryGetValue(name, out var done))
                return done;
            var known = facts.TryGetProperty(name, out var own) ? own : default;
            var fields = new OrderedDictionary<string, StructuralSchema>();
            var required = ImmutableArray.CreateBuilder<string>();
            foreach (var field in types[name].EnumerateObject())
            {
                var type = field.Value.GetString()!;
                var fact = Fact(known, field.Name);
                fields.Add(field.Name, WithFacts(OfType(type.TrimEnd('!')), fact));
                if (type.EndsWith('!') || Flag(fact, "required"))
                    required.Add(field.Name);
            }

            var schema = new StructuralSchema { DefinitionName = FullName(name), Type = SchemaType.Object, Properties = fields, Required = required.ToImmutable() };
            return built[name] = WithFacts(schema, Fact(known, ""));
        }

        private StructuralSchema OfType(string type) => type switch
        {
            "string" => new() { Type = SchemaType.String },
            "int32" or "int64" => new() { Type = SchemaType.Integer, Format = type },
            "double" => new() { Type = SchemaType.Number, Format = type },
            "bool" => new() { Type = SchemaType.Boolean },
            "time" => new() { Type = SchemaType.String, Format = "date-time" },
            "bytes" => new() { Type = SchemaType.String, Format = "byte" },
            "quantity" => new() { Type = SchemaType.String, Format = "quantity" },
            "intstr" => new() { IntOrString = true },
            "any" => StructuralSchema.Anything,
            _ when type.StartsWith("[]", StringComparison.Ordinal) => new() { Type = SchemaType.Array, Items = OfType(type[2..]) },
            _ when type.StartsWith("{}", StringComparison.Ordinal) => new() { Type = SchemaType.Object, AdditionalProperties = OfType(type[2..]) },
            _ => Named(type),
        };

        private static StructuralSchema WithFacts(StructuralSchema schema, JsonElement fact)
        {
            if (fact.ValueKind != JsonValueKind.Object)
                return schema;
            var mergeKey = Value(fact, "merge")?.GetString();
            var list = Value(fact, "list");
            return schema with
            {
                Description = Value(fact, "description")?.GetString() ?? schema.Description,
                Default = Value(fact, "default") ?? schema.Default,
                Enum = Value(fact, "enum") is { } values ? [.. values.EnumerateArray()] : schema.Enum,
                MapAtomic = Flag(fact, "atomic") || schema.MapAtomic,
                PatchMergeKey = mergeKey,
                PatchStrategies = Value(fact, "strategy") is { } strategies ? Strings(strategies) : mergeKey is null ? [] : ["merge"],
                ListType = list?.ValueKind switch
                {
                    null => null,
                    JsonValueKind.Array => ListTopology.Map,
                    _ => list.Value.GetString() == "set" ? ListTopology.Set : ListTopology.Atomic,
                },
                ListMapKeys = list is { ValueKind: JsonValueKind.Array } keys ? Strings(keys) : [],
            };
        }

        private static string FullName(string name) => name.Split('.') switch
        {
            ["meta", var version, var type] => $"io.k8s.apimachinery.pkg.apis.meta.{version}.{type}",
            ["apiextensions", var version, var type] => $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{version}.{type}",
            _ => $"io.k8s.api.{name}",
        };

        private static JsonElement Fact(JsonElement facts, string field) =>
            facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty(field, out var fact) ? fact : default;

        private static JsonElement? Value(JsonElement fact, string name) => fact.TryGetProperty(name, out var value) ? value : null;

        private static bool Flag(JsonElement fact, string name) =>
            fact.ValueKind == JsonValueKind.Object && fact.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

        private static ImmutableArray<string> Strings(JsonElement list) => [.. list.EnumerateArray().Select(s => s.GetString()!)];
    }
}
