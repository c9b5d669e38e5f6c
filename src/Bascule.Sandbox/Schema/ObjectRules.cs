using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema.Cel;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// What the API server does to an object on its way in, by resource: decode, prune, default, validate, convert between
/// versions. Pure; the order for a write is <see cref="DecodeError"/>, <see cref="Prune"/>, <see cref="Default"/>,
/// <see cref="Validate"/>, <see cref="ToStorage"/>.
/// </summary>
internal static class ObjectRules
{
    /// <summary>
    /// Why the object cannot be read as its kind (400 BadRequest), such as
    /// <c>json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32</c>; null when it
    /// can. Custom resources can always be read; their wrong types are found by <see cref="Validate"/>.
    /// </summary>
    public static string? DecodeError(ServedResource resource, JsonObject obj) =>
        BuiltinDecoding.Error(resource.IsCustom ? obj["metadata"] : obj, resource.IsCustom ? BuiltinSchemas.ObjectMeta : resource.Schema, resource.IsCustom ? "metadata" : "", resource.Type.Kind) is { } error
            ? $"{resource.Type.Kind} in version \"{resource.Type.Version}\" cannot be handled as a {resource.Type.Kind}: {error}"
            : null;

    /// <summary>Drops unknown fields in place, and the nulls that mean absence.</summary>
    /// <returns>The dropped unknown fields, such as <c>spec.template.foo</c>.</returns>
    public static ImmutableArray<string> Prune(ServedResource resource, JsonObject obj)
    {
        var dropped = SchemaPruner.Prune(obj, resource.Schema);
        if (resource.IsCustom)
            BuiltinDecoding.Normalize(obj["metadata"], BuiltinSchemas.ObjectMeta);
        else
            BuiltinDecoding.Normalize(obj, resource.Schema);
        return dropped;
    }

    /// <summary>Fills in defaults in place: the schema's, and those that depend on other fields (a service's targetPort).</summary>
    public static void Default(ServedResource resource, JsonObject obj)
    {
        SchemaDefaulter.Default(obj, resource.Schema);
        if (!resource.IsCustom)
            BuiltinDefaults.Apply(resource.Type.Kind, obj);
    }

    /// <summary>All reasons to refuse the object; empty when it is fine.</summary>
    /// <param name="resource">Its resource.</param>
    /// <param name="obj">The object as it would be stored, metadata filled in.</param>
    /// <param name="old">The stored object for an update; null for a creation.</param>
    public static ImmutableArray<FieldError> Validate(ServedResource resource, JsonObject obj, JsonObject? old)
    {
        var structural = SchemaValidator.Validate(obj, resource.Schema, emptyIsAbsent: !resource.IsCustom);
        var metadata = NameChecks.Metadata(obj.Object("metadata"), "metadata");
        if (!resource.IsCustom)
            return [.. metadata, .. structural, .. BuiltinChecks.Find(resource.Type.Kind, obj)];

        // Rules rely on the structure: the real server does not ask them about an object that breaks it either.
        return [.. metadata, .. structural, .. structural.IsEmpty ? CelRules.Broken(obj, old, resource.Schema) : []];
    }

    /// <summary>The object as its resource stores it; the same instance when served and stored versions agree.</summary>
    public static JsonObject ToStorage(ServedResource resource, JsonObject obj) => VersionConverter.Convert(obj, resource.Type, resource.StorageType);

    /// <summary>A stored object as this version serves it; the same instance when both agree.</summary>
    public static JsonObject FromStorage(ServedResource resource, JsonObject obj) => VersionConverter.Convert(obj, resource.StorageType, resource.Type);
}
