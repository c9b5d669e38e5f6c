using System.Collections.Immutable;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>
/// Asks for pods to go, so that new ones take their place (RST-4). What a disruption budget protects is passed over and
/// asked for again by a later pass.
/// </summary>
/// <param name="Pods">The pods, in the order in which to ask; never empty.</param>
/// <param name="Most">How many may go; further pods are asked for only in place of protected ones.</param>
/// <param name="EndsPass">Once a pod goes, what was decided about sizes is out of date: later effects are not carried out (RST-7).</param>
public sealed record EvictPods(ImmutableArray<PodToEvict> Pods, int Most, bool EndsPass) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.EvictPods(this);
}
