using System.Collections.Immutable;
using Bascule.Engine.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>A Rollout cannot run as it is; its condition says why, and the retry backs off (RT-14).</summary>
/// <param name="key">The Rollout.</param>
/// <param name="reasons">Why.</param>
public sealed class InvalidRolloutException(ObjectKey key, ImmutableArray<Reason> reasons)
    : Exception($"rollout {key} is invalid: {string.Join("; ", reasons.Select(r => r.Message))}");
