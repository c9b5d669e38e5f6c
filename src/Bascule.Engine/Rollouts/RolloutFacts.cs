using System.Runtime.CompilerServices;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Rollouts;

/// <summary>
/// What follows from a Rollout alone. It is looked at many times between two of its changes, and these are the costly
/// things to find out, so they are found out once for each version of it.
/// </summary>
/// <param name="Error">What is wrong with its spec; null when it is valid.</param>
/// <param name="TemplateHash">The hash that a new ReplicaSet would get.</param>
/// <param name="StepHash">The hash of the steps; empty for blue-green (STAT-4).</param>
internal sealed record RolloutFacts(FieldError? Error, string TemplateHash, string StepHash)
{
    private static readonly ConditionalWeakTable<Rollout, RolloutFacts> Known = [];

    /// <summary>The facts about a Rollout.</summary>
    public static RolloutFacts Of(Rollout rollout) => Known.GetValue(rollout, static r => new RolloutFacts(
        RolloutValidation.FirstError(r),
        VersionHash.OfPodTemplate(r.Spec.Template ?? default, r.Status.CollisionCount),
        r.Spec.Canary is { } canary ? VersionHash.OfSteps(canary.RawSteps) : ""));
}
