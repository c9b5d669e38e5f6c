using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Referenced;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Rollouts;

/// <summary>
/// What follows from a Rollout's spec alone. It is looked at many times between two of its changes, and these are the
/// costly things to find out, so they are found out once for each spec.
/// </summary>
internal sealed record RolloutFacts
{
    private static readonly ConditionalWeakTable<RolloutSpec, RolloutFacts> Known = [];

    /// <summary>What is wrong with its spec; null when it is valid.</summary>
    public required FieldError? Error { get; init; }

    /// <summary>The hash that a new ReplicaSet would get if no collision was noted.</summary>
    public required string HashWithoutCollision { get; init; }

    /// <summary>The hash of the steps; empty for blue-green (STAT-4).</summary>
    public required string StepHash { get; init; }

    /// <summary>Its selector as text; empty when it has none (STAT-11).</summary>
    public required string Selector { get; init; }

    /// <summary>The labels of its pods.</summary>
    public required ImmutableSortedDictionary<string, string> PodLabels { get; init; }

    /// <summary>The Services that it names, each with its field, in the order in which they are validated.</summary>
    public required ImmutableArray<ServicePlace> Services { get; init; }

    /// <summary>The names of <see cref="Services"/>, without doubles.</summary>
    public required ImmutableArray<string> ServiceNames { get; init; }

    /// <summary>Its analyses, in the order in which they are validated.</summary>
    public required ImmutableArray<AnalysisUse> Analyses { get; init; }

    /// <summary>The templates that <see cref="Analyses"/> name, without doubles.</summary>
    public required ImmutableArray<AnalysisTemplateReference> Templates { get; init; }

    /// <summary>The facts about a Rollout.</summary>
    public static RolloutFacts Of(Rollout rollout) => Known.TryGetValue(rollout.Spec, out var known) ? known : Known.GetOrAdd(rollout.Spec, Find(rollout));

    /// <summary>The hash that a new ReplicaSet of the Rollout would get. Collisions are too rare to remember what follows from them.</summary>
    public static string TemplateHash(Rollout rollout) => rollout.Status.CollisionCount is { } count
        ? VersionHash.OfPodTemplate(rollout.Spec.Template ?? default, count)
        : Of(rollout).HashWithoutCollision;

    private static RolloutFacts Find(Rollout rollout)
    {
        var services = ServicePlace.Of(rollout.Spec);
        var analyses = AnalysisUse.Of(rollout.Spec);
        return new()
        {
            Error = RolloutValidation.FirstError(rollout),
            HashWithoutCollision = VersionHash.OfPodTemplate(rollout.Spec.Template ?? default, collisionCount: null),
            StepHash = rollout.Spec.Canary is { } canary ? VersionHash.OfSteps(canary.RawSteps) : "",
            Selector = rollout.Spec.Selector?.ToString() ?? "",
            PodLabels = PodTemplateValidation.Labels(rollout),
            Services = services,
            ServiceNames = [.. services.Select(s => s.Name).Distinct()],
            Analyses = analyses,
            Templates = [.. analyses.SelectMany(a => a.Analysis.Templates).Distinct()],
        };
    }
}
