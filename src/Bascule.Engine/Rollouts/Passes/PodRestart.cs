using System.Collections.Immutable;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Replaces the pods that are older than <c>spec.restartAt</c>, as many at a time as may be missing (RST rows).</summary>
internal sealed class PodRestart
{
    /// <summary>How long a pod gets before the next ones are looked at (RST-6); also when a disruption budget said no.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A restart that lies further ahead is looked at in between: a time may be given that no timer can count to.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Situation at;

    /// <summary>The pods that are still to be replaced; empty when nobody looked.</summary>
    private readonly ImmutableArray<PodView> outdated;

    public PodRestart(Situation at)
    {
        this.at = at;
        outdated = IsDue(at) ? [.. InOrder(at).Where(p => p.Meta.CreationTimestamp < at.Spec.RestartAt)] : [];
    }

    /// <summary>A restart is asked for, its time has come, and it is not known to be done (RST-1).</summary>
    public static bool IsDue(Situation at) => IsWanted(at) && at.Spec.RestartAt <= at.Now;

    /// <summary>Every pod is new enough (RST-6).</summary>
    public bool IsComplete => IsDue(at) && at.Seen.Pods is not null && outdated.IsEmpty;

    /// <summary>The pods to evict now; null for none (RST-3, RST-4).</summary>
    public EvictPods? Eviction
    {
        get
        {
            ImmutableArray<PodToEvict> candidates = [.. outdated.Where(p => !p.IsTerminating).Select(p => new PodToEvict(p.Name, p.Meta.Uid))];
            return candidates.IsEmpty || Budget <= 0 ? null : new EvictPods(candidates, Math.Min(Budget, candidates.Length), EndsPass: at.BlueGreen is null);
        }
    }

    /// <summary>Why pods are still old, and when they are looked at again.</summary>
    public IEnumerable<Reason> Reasons
    {
        get
        {
            if (!IsWanted(at) || IsComplete)
                yield break;
            var time = at.Spec.RestartAt!.Value;
            if (!IsDue(at))
                yield return new Reason(ReasonKind.Restarting, $"pods are restarted at {time:u}") { LookAgainAfter = time - at.Now < LongestWait ? time - at.Now : LongestWait };
            else if (at.Seen.Pods is null)
                yield return new Reason(ReasonKind.Restarting, $"restarting pods created before {time:u}") { LookAgainAfter = Patience };
            else
                yield return new Reason(ReasonKind.Restarting, $"restarting pods: {outdated.Length} created before {time:u} are left{(Budget > 0 ? "" : ", waiting for other pods to become available first")}")
                {
                    LookAgainAfter = Patience,
                    Unblock = "pods that become available, and disruption budgets that let the old ones go",
                };
        }
    }

    private static bool IsWanted(Situation at) => at.Spec.RestartAt is { } restart && restart != at.Status.RestartedAt;

    /// <summary>How many available pods there are above the least that there must be (RST-3).</summary>
    private int Budget
    {
        get
        {
            var available = at.All.SelectMany(at.PodsOf).Count(p => p.IsAvailable(at.Now, at.Spec.MinReadySeconds));
            return available - (Math.Max(at.Replicas, at.All.Sum(r => r.Wanted)) - Math.Max(at.Limits.Unavailable, 1));
        }
    }

    /// <summary>
    /// Stable, new, older versions, each from its oldest pod. The incumbent documents this order and takes the order of the
    /// API's list (RST-5).
    /// </summary>
    private static IEnumerable<PodView> InOrder(Situation at) =>
        new[] { at.Stable, at.New }.OfType<ReplicaSetView>().Concat(at.Other).DistinctBy(r => r.Name)
            .SelectMany(r => at.PodsOf(r).OrderBy(p => p.Meta.CreationTimestamp).ThenBy(p => p.Name, StringComparer.Ordinal))
            .Where(p => at.Spec.Selector?.Matches(p.Meta.Labels) == true);
}
