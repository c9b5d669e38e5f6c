using System.Collections.Immutable;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Changes labels and annotations of running pods, in any order; a pod that is gone needs no change.</summary>
/// <param name="Pods">The pods to change; never empty.</param>
public sealed record PatchPods(ImmutableArray<PodPatch> Pods) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.PatchPods(this);
}
