using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Sandbox.Schema;

/// <summary>The JSON type that a schema node asks for.</summary>
internal enum SchemaType
{
    /// <summary>No type given: any value passes.</summary>
    Any,

    /// <summary>A map with known or free keys.</summary>
    Object,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Text.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,
}

/// <summary>How server-side apply and validation look at a list.</summary>
internal enum ListTopology
{
    /// <summary>One value, owned as a whole. What a list is when nothing else is said.</summary>
    Atomic,

    /// <summary>Unordered distinct scalars.</summary>
    Set,

    /// <summary>Objects told apart by <see cref="StructuralSchema.ListMapKeys"/>.</summary>
    Map,
}

/// <summary>
/// One node of an immutable structural schema: what pruning, defaulting, validation, the patches and the OpenAPI
/// documents all read. Nodes are shared between kinds (every workload holds the same pod template).
/// </summary>
internal sealed record StructuralSchema
{
    /// <summary>Accepts everything and prunes nothing.</summary>
    public static StructuralSchema Anything { get; } = new() { PreserveUnknownFields = true };

    /// <summary>The definition's name in the OpenAPI documents, such as <c>io.k8s.api.core.v1.PodSpec</c>; null for a schema written in place.</summary>
    public string? DefinitionName { get; init; }

    /// <summary>What the field means, for <c>kubectl explain</c>; null when nobody wrote it down.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON type.</summary>
    public SchemaType Type { get; init; }

    /// <summary>The OpenAPI format, such as <c>int32</c> or <c>date-time</c>; null for none.</summary>
    public string? Format { get; init; }

    /// <summary>The known fields of an object, in the order they were declared.</summary>
    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; init; } = FrozenDictionary<string, StructuralSchema>.Empty;

    /// <summary>Fields that must be present.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>The schema of list items; null for anything.</summary>
    public StructuralSchema? Items { get; init; }

    /// <summary>The schema of values under free keys; null when free keys are pruned.</summary>
    public StructuralSchema? AdditionalProperties { get; init; }

    /// <summary>The allowed values; empty for all.</summary>
    public ImmutableArray<JsonElement> Enum { get; init; } = [];

    /// <summary>The value an absent field gets; null for none.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>A JSON null is a value here, not an absence.</summary>
    public bool Nullable { get; init; }

    /// <summary>The limits on the value; null for none.</summary>
    public SchemaLimits? Limits { get; init; }

    /// <summary>Unknown fields below this node are kept.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>An integer or a string (a port by number or name, a count or a percentage).</summary>
    public bool IntOrString { get; init; }

    /// <summary>The node is a whole Kubernetes object with its own apiVersion, kind and metadata.</summary>
    public bool EmbeddedResource { get; init; }

    /// <summary>How apply merges the list; null when nothing is declared, which means atomic.</summary>
    public ListTopology? ListType { get; init; }

    /// <summary>The fields that tell the items of a <see cref="ListTopology.Map"/> apart.</summary>
    public ImmutableArray<string> ListMapKeys { get; init; } = [];

    /// <summary>The object or map is owned as a whole by server-side apply.</summary>
    public bool MapAtomic { get; init; }

    /// <summary>The field that a strategic merge patch tells items apart by; null when the list is replaced.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>The strategic merge patch strategies: <c>merge</c>, <c>replace</c>, <c>retainKeys</c>; empty for the default.</summary>
    public ImmutableArray<string> PatchStrategies { get; init; } = [];

    /// <summary>Rules in the Common Expression Language (<c>x-kubernetes-validations</c>).</summary>
    public ImmutableArray<ValidationRule> Rules { get; init; } = [];

    /// <summary>The alternatives of <c>oneOf</c>, <c>anyOf</c>, <c>allOf</c> and <c>not</c>; null for none.</summary>
    public SchemaCombinators? Combinators { get; init; }

    /// <summary>The schema of a field below an object; null when the field is unknown here.</summary>
    public StructuralSchema? Child(string field) =>
        Properties.TryGetValue(field, out var known) ? known : AdditionalProperties;
}

/// <summary>Bounds on numbers, text, lists and maps; null means unbounded.</summary>
internal sealed record SchemaLimits
{
    /// <summary>The smallest number.</summary>
    public double? Minimum { get; init; }

    /// <summary>The smallest number itself is not allowed.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>The largest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>The largest number itself is not allowed.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>The number must be a multiple of this.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>The fewest characters.</summary>
    public int? MinLength { get; init; }

    /// <summary>The most characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A regular expression the text must contain.</summary>
    public string? Pattern { get; init; }

    /// <summary>The fewest items.</summary>
    public int? MinItems { get; init; }

    /// <summary>The most items.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Items must differ.</summary>
    public bool UniqueItems { get; init; }

    /// <summary>The fewest keys.</summary>
    public int? MinProperties { get; init; }

    /// <summary>The most keys.</summary>
    public int? MaxProperties { get; init; }
}

/// <summary>Value-only sub-schemas that must hold all, some, exactly one or not.</summary>
internal sealed record SchemaCombinators
{
    /// <summary>Every one must hold.</summary>
    public ImmutableArray<StructuralSchema> AllOf { get; init; } = [];

    /// <summary>At least one must hold.</summary>
    public ImmutableArray<StructuralSchema> AnyOf { get; init; } = [];

    /// <summary>Exactly one must hold.</summary>
    public ImmutableArray<StructuralSchema> OneOf { get; init; } = [];

    /// <summary>Must not hold; null for none.</summary>
    public StructuralSchema? Not { get; init; }
}

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
/// <param name="Rule">The expression; it sees the value as <c>self</c> and the stored one as <c>oldSelf</c>.</param>
/// <param name="Message">What to say when it is false; null for the default.</param>
/// <param name="Reason">The cause's reason; null for <c>FieldValueInvalid</c>.</param>
/// <param name="FieldPath">Where the error is reported, relative to the node; null for the node itself.</param>
internal sealed record ValidationRule(string Rule, string? Message, string? Reason, string? FieldPath)
{
    /// <summary>An expression that computes the message; null for none.</summary>
    public string? MessageExpression { get; init; }
}
