using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What Kubernetes asks of CustomResourceDefinitions: one stored version, and a structural schema for each.</summary>
internal static class DefinitionChecks
{
    private static readonly string[] s_types = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>A definition's spec.</summary>
    public static IEnumerable<FieldError> Spec(JsonObject? spec)
    {
        if (spec is null)
            yield break;
        if (spec.String("group") is { Length: > 0 } group && !group.Contains('.'))
            yield return FieldError.Invalid("spec.group", group, "should be a domain with at least one dot");
        var versions = (spec.Array("versions") ?? []).OfType<JsonObject>().ToList();
        if (versions.Count > 0 && versions.Count(v => v.Boolean("storage") == true) != 1)
            yield return FieldError.Invalid("spec.versions", spec["versions"]?.DeepClone(), "must have exactly one version marked as storage version");
        for (var i = 0; i < versions.Count; i++)
        {
            foreach (var error in Version(versions[i], $"spec.versions[{i}]"))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> Version(JsonObject version, string path)
    {
        var at = $"{path}.schema.openAPIV3Schema";
        if (version.Object("schema").Object("openAPIV3Schema") is not { } schema)
            return [FieldError.Required(at, "schemas are required")];
        return schema.String("type") switch
        {
            null or "" => [FieldError.Required($"{at}.type", "must not be empty at the root")],
            "object" => Node(schema, at),
            var other => [FieldError.Invalid($"{at}.type", other, "must be object at the root")],
        };
    }

    private static IEnumerable<FieldError> Node(JsonObject schema, string path)
    {
        var type = schema.String("type") ?? "";
        var isOpen = schema.Boolean("x-kubernetes-int-or-string") == true || schema.Boolean("x-kubernetes-preserve-unknown-fields") == true;
        if (type.Length == 0 && !isOpen)
            yield return FieldError.Required($"{path}.type", "must not be empty for specified object fields");
        if (type.Length > 0 && !s_types.Contains(type))
            yield return FieldError.NotSupported($"{path}.type", type, s_types);
        if (type == "array" && schema.Object("items") is null)
            yield return FieldError.Required($"{path}.items", "must be specified");
        if (schema.String("x-kubernetes-list-type") == "map" && schema.Array("x-kubernetes-list-map-keys") is not { Count: > 0 })
            yield return FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        foreach (var error in Children(schema, path))
            yield return error;
    }

    private static IEnumerable<FieldError> Children(JsonObject schema, string path) =>
        (schema.Object("properties") ?? []).Where(p => p.Value is JsonObject).SelectMany(p => Node((JsonObject)p.Value!, FieldPath.Key($"{path}.properties", p.Key)))
        .Concat(schema.Object("items") is { } items ? Node(items, $"{path}.items") : [])
        .Concat(schema.Object("additionalProperties") is { } values ? Node(values, $"{path}.additionalProperties") : []);
}
