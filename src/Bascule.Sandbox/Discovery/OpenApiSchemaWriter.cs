using System.Text.Json;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>
/// Writes structural schemas in the dialect of one OpenAPI version and remembers which named definitions it referred to,
/// so that a document holds what it needs and nothing else.
/// </summary>
/// <param name="json">Where to.</param>
/// <param name="isV3">OpenAPI 3 keeps what version 2 has no words for (nullable, oneOf).</param>
internal sealed class OpenApiSchemaWriter(Utf8JsonWriter json, bool isV3)
{
    private static readonly (string Name, StructuralSchema Schema) s_intOrString =
        ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", new() { Type = SchemaType.String, Format = "int-or-string", Description = "A whole number or a text." });

    private static readonly (string Name, StructuralSchema Schema) s_quantity =
        ("io.k8s.apimachinery.pkg.api.resource.Quantity", new() { Type = SchemaType.String, Description = "An amount with an optional unit, such as 100m, 1.5 or 128Mi." });

    private readonly Queue<(string Name, StructuralSchema Schema)> waiting = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    private string Prefix => isV3 ? "#/components/schemas/" : "#/definitions/";

    /// <summary>Writes the definitions of kinds and everything they refer to, as members of the open object.</summary>
    public void Definitions(IEnumerable<ServedResource> resources)
    {
        var kinds = new Dictionary<string, List<ServedResource>>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var name = resource.Schema.DefinitionName!;
            kinds.TryAdd(name, []);
            kinds[name].Add(resource);
            Refer(name, resource.Schema);
        }

        while (waiting.TryDequeue(out var next))
        {
            json.WriteStartObject(next.Name);
            Members(next.Schema);
            if (kinds.TryGetValue(next.Name, out var served))
                Kinds(served);
            json.WriteEndObject();
        }
    }

    private void Kinds(List<ServedResource> served)
    {
        json.WriteStartArray("x-kubernetes-group-version-kind");
        foreach (var resource in served)
        {
            json.WriteStartObject();
            json.GroupVersionKind(resource.Type.Group, resource.Type.Version, resource.Type.Kind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Refer(string name, StructuralSchema schema)
    {
        if (known.Add(name))
            waiting.Enqueue((name, schema));
    }

    /// <summary>A field's schema: a reference where the type has a name, with what the field adds to it.</summary>
    private void Field(StructuralSchema schema)
    {
        if (Target(schema) is not { } target)
        {
            Members(schema);
            return;
        }

        Refer(target.Name, target.Schema);
        Documentation(schema);
        if (isV3)
        {
            json.WriteStartArray("allOf");
            json.WriteStartObject();
            json.WriteString("$ref", Prefix + target.Name);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("$ref", Prefix + target.Name);
        }

        Extensions(schema);
    }

    private static (string Name, StructuralSchema Schema)? Target(StructuralSchema schema) => schema switch
    {
        // Only built-in schemas have the format; what custom resources write is repeated as written.
        { Format: "quantity" } => s_quantity,
        { IntOrString: true, Limits: null, Combinators: null, Description: null } => s_intOrString,
        { DefinitionName: { } name } => (name, BuiltinSchemas.ByFullName.GetValueOrDefault(name) ?? schema),
        _ => null,
    };

    private void Members(StructuralSchema schema)
    {
        Documentation(schema);
        if (schema.IntOrString && isV3)
        {
            json.WriteStartArray("anyOf");
            foreach (var type in new[] { "integer", "string" })
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else if (schema.IntOrString)
        {
            json.WriteString("type", "string");
        }
        else if (schema.Type != SchemaType.Any)
        {
            json.WriteString("type", schema.Type.ToString().ToLowerInvariant());
        }

        if (schema.Format is { Length: > 0 } format)
            json.WriteString("format", format);
        // An open object is arbitrary to a client of version 2: known fields would make the others unknown.
        if (isV3 || !schema.PreserveUnknownFields)
            Structure(schema);
        if (!schema.Enum.IsEmpty)
        {
            json.WriteStartArray("enum");
            foreach (var value in schema.Enum)
                value.WriteTo(json);
            json.WriteEndArray();
        }

        if (schema.Limits is { } limits)
            Limits(limits);
        if (isV3 && schema.Nullable)
            json.WriteBoolean("nullable", true);
        Extensions(schema);
    }

    private void Structure(StructuralSchema schema)
    {
        if (schema.Properties.Count > 0)
        {
            json.WriteStartObject("properties");
            foreach (var (name, field) in schema.Properties)
            {
                json.WriteStartObject(name);
                Field(field);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (!schema.Required.IsEmpty)
            json.Strings("required", schema.Required);
        Nested("items", schema.Items);
        Nested("additionalProperties", schema.AdditionalProperties);
    }

    private void Nested(string name, StructuralSchema? schema)
    {
        if (schema is null)
            return;
        json.WriteStartObject(name);
        Field(schema);
        json.WriteEndObject();
    }

    private void Documentation(StructuralSchema schema)
    {
        if (schema.Description is { } description)
            json.WriteString("description", description);
        if (schema.Default is not { } value)
            return;
        json.WritePropertyName("default");
        value.WriteTo(json);
    }

    private void Limits(SchemaLimits limits)
    {
        Number("minimum", limits.Minimum);
        Number("maximum", limits.Maximum);
        Number("multipleOf", limits.MultipleOf);
        Number("minLength", limits.MinLength);
        Number("maxLength", limits.MaxLength);
        Number("minItems", limits.MinItems);
        Number("maxItems", limits.MaxItems);
        Number("minProperties", limits.MinProperties);
        Number("maxProperties", limits.MaxProperties);
        if (limits.Pattern is { } pattern)
            json.WriteString("pattern", pattern);
        if (limits.ExclusiveMinimum)
            json.WriteBoolean("exclusiveMinimum", true);
        if (limits.ExclusiveMaximum)
            json.WriteBoolean("exclusiveMaximum", true);
    }

    private void Number(string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    private void Extensions(StructuralSchema schema)
    {
        if (schema.ListType is { } list)
            json.WriteString("x-kubernetes-list-type", list.ToString().ToLowerInvariant());
        if (!schema.ListMapKeys.IsEmpty)
            json.Strings("x-kubernetes-list-map-keys", schema.ListMapKeys);
        if (schema.MapAtomic)
            json.WriteString("x-kubernetes-map-type", "atomic");
        if (schema.PatchMergeKey is { } key)
            json.WriteString("x-kubernetes-patch-merge-key", key);
        if (!schema.PatchStrategies.IsEmpty)
            json.WriteString("x-kubernetes-patch-strategy", string.Join(',', schema.PatchStrategies));
        if (schema.PreserveUnknownFields)
            json.WriteBoolean("x-kubernetes-preserve-unknown-fields", true);
        if (schema.EmbeddedResource)
            json.WriteBoolean("x-kubernetes-embedded-resource", true);
        if (schema.IntOrString)
            json.WriteBoolean("x-kubernetes-int-or-string", true);
    }
}
