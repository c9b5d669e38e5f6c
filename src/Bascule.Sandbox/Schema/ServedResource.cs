using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Schema;

/// <summary>Everything the API server knows of one resource in one version: how to route, check, store, patch and print it.</summary>
/// <param name="Type">Group, version, plural and kind as served.</param>
internal sealed record ServedResource(ResourceType Type)
{
    /// <summary>What most resources allow.</summary>
    public static ImmutableArray<string> AllVerbs { get; } = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Allows creation only: reviews are answered, never stored.</summary>
    public static ImmutableArray<string> CreateOnly { get; } = ["create"];

    /// <summary>The singular name, such as <c>pod</c>.</summary>
    public required string Singular { get; init; }

    /// <summary>The kind of its lists, such as <c>PodList</c>.</summary>
    public required string ListKind { get; init; }

    /// <summary>Names for the lazy, such as <c>po</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>Groups of resources it belongs to, such as <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>The verbs served, in discovery's order.</summary>
    public ImmutableArray<string> Verbs { get; init; } = AllVerbs;

    /// <summary>False for reviews, which are answered and forgotten.</summary>
    public bool IsStored => Verbs.Contains("get");

    /// <summary>Serves <c>/status</c>: writes there touch only the status, writes elsewhere never touch it.</summary>
    public bool HasStatus { get; init; }

    /// <summary><c>metadata.generation</c> counts the changes of everything but metadata and status.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Where <c>/scale</c> reads and writes; null when not served.</summary>
    public ScalePaths? Scale { get; init; }

    /// <summary>Further subresources, such as <c>log</c> of pods, with their kind and verbs.</summary>
    public ImmutableArray<Subresource> Subresources { get; init; } = [];

    /// <summary>The structure of its objects.</summary>
    public StructuralSchema Schema { get; init; } = StructuralSchema.Anything;

    /// <summary>The columns of a custom resource's tables; empty for built-in kinds, which have their own printers.</summary>
    public ImmutableArray<PrinterColumn> Columns { get; init; } = [];

    /// <summary>
    /// The type its objects are stored as, shared by all versions of one resource (and by <c>extensions/v1beta1</c> with
    /// <c>networking.k8s.io/v1</c> ingresses). Storage keys, watches and versions belong to this type.
    /// </summary>
    public ResourceType StorageType { get; init; } = Type;

    /// <summary>Comes from a CustomResourceDefinition: strategic merge patches are refused with 415.</summary>
    public bool IsCustom { get; init; }

    /// <summary>A warning header for every request to a deprecated version; null for none.</summary>
    public string? DeprecationWarning { get; init; }
}

/// <summary>Where the scale subresource finds its numbers.</summary>
/// <param name="SpecReplicasPath">The JSON path of the wanted count, such as <c>.spec.replicas</c>.</param>
/// <param name="StatusReplicasPath">The JSON path of the observed count.</param>
/// <param name="LabelSelectorPath">The JSON path of the selector, a string or (built-in kinds) a label selector; null for none.</param>
internal sealed record ScalePaths(string SpecReplicasPath, string StatusReplicasPath, string? LabelSelectorPath);

/// <summary>A subresource besides status and scale.</summary>
/// <param name="Name">The last path segment, such as <c>log</c>.</param>
/// <param name="Kind">The kind it takes or gives.</param>
/// <param name="ApiVersion">That kind's apiVersion.</param>
/// <param name="Verbs">The verbs served.</param>
internal sealed record Subresource(string Name, string Kind, string ApiVersion, ImmutableArray<string> Verbs);

/// <summary>One column of a custom resource's table.</summary>
/// <param name="Name">The heading as written in the CRD.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="JsonPath">Where the value is.</param>
/// <param name="Priority">0 is always shown, more only with <c>-o wide</c>.</param>
/// <param name="Format">The OpenAPI format; empty for none.</param>
/// <param name="Description">What the column means; empty for none.</param>
internal sealed record PrinterColumn(string Name, string Type, string JsonPath, int Priority, string Format, string Description);
