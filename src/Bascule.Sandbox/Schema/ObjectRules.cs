using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// What the API server does to an object on its way in, by resource: prune, default, validate, convert between versions.
/// Pure; the order for a write is <see cref="Prune"/>, <see cref="Default"/>, <see cref="Validate"/>, <see cref="ToStorage"/>.
/// </summary>
internal static class ObjectRules
{
    /// <summary>Drops unknown fields in place.</summary>
    /// <returns>The dropped paths.</returns>
    public static ImmutableArray<string> Prune(ServedResource resource, JsonObject obj) => SchemaPruner.Prune(obj, resource.Schema);

    /// <summary>Fills in defaults in place: the schema's, and those that depend on other fields (a service's targetPort).</summary>
    public static void Default(ServedResource resource, JsonObject obj) => SchemaDefaulter.Default(obj, resource.Schema);

    /// <summary>All reasons to refuse the object; empty when it is fine.</summary>
    /// <param name="resource">Its resource.</param>
    /// <param name="obj">The object as it would be stored, metadata filled in.</param>
    /// <param name="old">The stored object for an update; null for a creation.</param>
    public static ImmutableArray<FieldError> Validate(ServedResource resource, JsonObject obj, JsonObject? old) =>
        SchemaValidator.Validate(obj, old, resource.Schema);

    /// <summary>The object as its resource stores it; the same instance when served and stored versions agree.</summary>
    public static JsonObject ToStorage(ServedResource resource, JsonObject obj) => obj;

    /// <summary>A stored object as this version serves it; the same instance when both agree.</summary>
    public static JsonObject FromStorage(ServedResource resource, JsonObject obj) => obj;
}
