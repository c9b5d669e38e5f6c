using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Checks an object against a schema.</summary>
internal static class SchemaValidator
{
    /// <summary>All violations, worded as the Kubernetes API words them.</summary>
    /// <param name="obj">The object after pruning and defaulting.</param>
    /// <param name="old">The stored object, for rules about changes; null at creation.</param>
    /// <param name="schema">The schema.</param>
    public static ImmutableArray<FieldError> Validate(JsonObject obj, JsonObject? old, StructuralSchema schema) => [];
}
