using System.Text.Json;
using Bascule.Api.Analysis;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>One version that the Experiment of a step runs (STEP-6, EXS-2).</summary>
public sealed record StepExperimentTemplate
{
    /// <summary><see cref="SpecRef"/> for the new version.</summary>
    public const string Canary = "canary";

    /// <summary><see cref="SpecRef"/> for the stable version.</summary>
    public const string Stable = "stable";

    /// <summary>Its name in the Experiment.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whose pod template it takes: <see cref="Canary"/> or <see cref="Stable"/>; anything else is an error when the Experiment is made.</summary>
    public string SpecRef { get; init; } = "";

    /// <summary>Its pods; null for the Experiment's default.</summary>
    public int? Replicas { get; init; }

    /// <summary>Labels for its pods and selector, annotations for its pods; null for none.</summary>
    public PodMetadata? Metadata { get; init; }

    /// <summary>Replaces the selector that the version has, as written; null for none.</summary>
    public JsonElement? Selector { get; init; }

    /// <summary>The share of traffic it gets from the router, in percent; null for none (EXS-7).</summary>
    public int? Weight { get; init; }

    /// <summary>True when a Service is made for it even without a weight (EXS-3).</summary>
    public bool HasService { get; init; }

    /// <summary>That Service's name; empty for the name of its ReplicaSet.</summary>
    public string ServiceName { get; init; } = "";

    internal static StepExperimentTemplate Read(Field field) => new()
    {
        Name = field["name"].Text() ?? "",
        SpecRef = field["specRef"].Text() ?? "",
        Replicas = field["replicas"].Integer(),
        Metadata = field["metadata"].IsAbsent ? null : new() { Labels = field["metadata"]["labels"].Map(), Annotations = field["metadata"]["annotations"].Map() },
        Selector = field["selector"].Object(),
        Weight = field["weight"].Integer(),
        HasService = !field["service"].IsAbsent,
        ServiceName = field["service"]["name"].Text() ?? "",
    };
}
