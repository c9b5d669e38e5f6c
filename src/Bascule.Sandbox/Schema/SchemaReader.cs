using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Sandbox.Schema;

/// <summary>Reads the <c>openAPIV3Schema</c> of a CustomResourceDefinition.</summary>
internal static class SchemaReader
{
    /// <summary>The structural schema that a valid definition describes.</summary>
    public static StructuralSchema Read(JsonElement node)
    {
        var intOrString = Flag(node, "x-kubernetes-int-or-string");
        var embedded = Flag(node, "x-kubernetes-embedded-resource");
        return new StructuralSchema
        {
            Description = Text(node, "description"),
            Type = intOrString ? SchemaType.Any : Type(Text(node, "type")),
            Format = Text(node, "format"),
            Properties = Properties(node, embedded),
            Required = Strings(node, "required"),
            Items = Child(node, "items"),
            AdditionalProperties = AdditionalProperties(node),
            Enum = node.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray()] : [],
            Default = node.TryGetProperty("default", out var value) ? value : null,
            Nullable = Flag(node, "nullable"),
            Limits = Limits(node),
            PreserveUnknownFields = Flag(node, "x-kubernetes-preserve-unknown-fields"),
            IntOrString = intOrString,
            EmbeddedResource = embedded,
            ListType = Text(node, "x-kubernetes-list-type") switch
            {
                "map" => ListTopology.Map,
                "set" => ListTopology.Set,
                "atomic" => ListTopology.Atomic,
                _ => null,
            },
            ListMapKeys = Strings(node, "x-kubernetes-list-map-keys"),
            MapAtomic = Text(node, "x-kubernetes-map-type") == "atomic",
            Rules = Rules(node),
            Combinators = Combinators(node, intOrString),
        };
    }

    private static SchemaType Type(string? name) => name switch
    {
        "object" => SchemaType.Object,
        "array" => SchemaType.Array,
        "string" => SchemaType.String,
        "integer" => SchemaType.Integer,
        "number" => SchemaType.Number,
        "boolean" => SchemaType.Boolean,
        _ => SchemaType.Any,
    };

    private static IReadOnlyDictionary<string, StructuralSchema> Properties(JsonElement node, bool embedded)
    {
        if (!node.TryGetProperty("properties", out var properties) && !embedded)
            return FrozenDictionary<string, StructuralSchema>.Empty;
        var fields = new OrderedDictionary<string, StructuralSchema>();
        if (embedded)
            fields["metadata"] = BuiltinSchemas.ObjectMeta;
        if (properties.ValueKind != JsonValueKind.Object)
            return fields;
        foreach (var property in properties.EnumerateObject())
            fields.TryAdd(property.Name, Read(property.Value));
        return fields;
    }

    private static StructuralSchema? AdditionalProperties(JsonElement node)
    {
        if (!node.TryGetProperty("additionalProperties", out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => StructuralSchema.Anything,
            JsonValueKind.Object => Read(value),
            _ => null,
        };
    }

    private static SchemaLimits? Limits(JsonElement node)
    {
        var limits = new SchemaLimits
        {
            Minimum = Number(node, "minimum"),
            ExclusiveMinimum = Flag(node, "exclusiveMinimum"),
            Maximum = Number(node, "maximum"),
            ExclusiveMaximum = Flag(node, "exclusiveMaximum"),
            MultipleOf = Number(node, "multipleOf"),
            MinLength = Count(node, "minLength"),
            MaxLength = Count(node, "maxLength"),
            Pattern = Text(node, "pattern"),
            MinItems = Count(node, "minItems"),
            MaxItems = Count(node, "maxItems"),
            UniqueItems = Flag(node, "uniqueItems"),
            MinProperties = Count(node, "minProperties"),
            MaxProperties = Count(node, "maxProperties"),
        };
        return limits == new SchemaLimits() ? null : limits;
    }

    private static SchemaCombinators? Combinators(JsonElement node, bool intOrString)
    {
        var combinators = new SchemaCombinators
        {
            AllOf = All(node, "allOf"),
            // An int-or-string repeats its two types under anyOf; the type check covers them.
            AnyOf = intOrString ? [] : All(node, "anyOf"),
            OneOf = All(node, "oneOf"),
            Not = Child(node, "not"),
        };
        return combinators is { AllOf.IsEmpty: true, AnyOf.IsEmpty: true, OneOf.IsEmpty: true, Not: null } ? null : combinators;
    }

    private static ImmutableArray<ValidationRule> Rules(JsonElement node)
    {
        if (!node.TryGetProperty("x-kubernetes-validations", out var rules) || rules.ValueKind != JsonValueKind.Array)
            return [];
        return
        [
            .. rules.EnumerateArray().Where(r => Text(r, "rule") is not null).Select(r =>
                new ValidationRule(Text(r, "rule")!, Text(r, "message"), Text(r, "reason"), Text(r, "fieldPath")) { MessageExpression = Text(r, "messageExpression") }),
        ];
    }

    private static StructuralSchema? Child(JsonElement node, string name) =>
        node.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? Read(child) : null;

    private static ImmutableArray<StructuralSchema> All(JsonElement node, string name) =>
        node.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Read)] : [];

    private static string? Text(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool Flag(JsonElement node, string name) => node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static int? Count(JsonElement node, string name) =>
        Number(node, name) is { } number ? (int)Math.Min(number, int.MaxValue) : null;

    private static ImmutableArray<string> Strings(JsonElement node, string name) =>
        node.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(s => s.GetString()!)] : [];
}
