using System.Collections.Immutable;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Status;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>How the traffic of a routed canary is to be shared out in this pass (TR-11 to TR-26, MR rows).</summary>
/// <param name="at">The situation; the strategy is a canary with traffic routing.</param>
internal sealed class TrafficPlanning(Situation at)
{
    private readonly TrafficWeights? recorded = at.Status.Weights;

    private int Full => at.Canary.FullWeight;

    /// <summary>The version that has the canary's traffic by the last plan; null when none has any.</summary>
    private ReplicaSetView? Carrier => recorded is { Canary.Weight: > 0 } weights ? at.OfHash(weights.Canary.PodTemplateHash) : null;

    private bool IsLeaving => IsLeavingAnotherVersion(at);

    /// <summary>The version that could keep its traffic for now, or take over that of one that was overtaken; null for none.</summary>
    private ReplicaSetView? Holder => recorded switch
    {
        null => at.TwoVersions ? at.New : null,
        { Canary.Weight: 0 } => null,
        _ => IsLeaving ? Carrier : at.New,
    };

    /// <summary>
    /// Canary traffic still goes to a version that is not the new one any more: another template came, or the stable one came
    /// back. Where neither that version nor the stable one has anybody left to answer, the new one takes its place at once;
    /// where only the stable one has nobody, which should take over, when that has lasted for the progress deadline.
    /// </summary>
    public static bool IsLeavingAnotherVersion(Situation at) =>
        at.Status.Weights is { Canary: { Weight: > 0, PodTemplateHash.Length: > 0 } canary } && canary.PodTemplateHash != at.NewHash
        && !(at is { New.Available: > 0, Stable: not { Available: > 0 } }
            && (at.OfHash(canary.PodTemplateHash) is not { Available: > 0 } || Progress.TimedOut(at, at.Status.Conditions)));

    /// <summary>The plan.</summary>
    public TrafficPlan Plan()
    {
        var services = CanaryServices.Of(at);
        var canaryHash = IsLeaving ? recorded!.Canary.PodTemplateHash : at.NewHash;
        var additional = WithExperiments ? at.StepExperiments.Weights : [];
        // The shares never add up to more than there is: what an Experiment takes, the canary cannot have.
        var weight = Math.Clamp(Hold(Target()), 0, Math.Max(0, Full - additional.Sum(a => a.Weight)));
        return new TrafficPlan
        {
            FullWeight = Full,
            Canary = new WeightDestination(weight, services.Canary, canaryHash),
            Stable = new WeightDestination(Full - weight - additional.Sum(a => a.Weight), services.Stable, at.StableHash),
            Additional = additional,
            PingPong = CanaryServices.PingPongOf(at),
            Routes = IsUnderway ? Routes() : [],
            Verify = at.Stable is not null && !at.Promoted && (at.Step is { Weight: not null } || (at.Step is null && weight == Full)),
        };
    }

    /// <summary>The update goes through its steps: nothing has ended it, and there are pods to send anybody to.</summary>
    private bool IsUnderway => !IsLeaving && !at.Promoted && !at.Status.Abort && !at.PromoteFull && at.New is { Available: > 0 } && at.StepIndex is not null;

    private bool WithExperiments => at.Step?.Part<ExperimentStep>() is not null && !IsLeaving && !at.Promoted && !at.Status.Abort && !at.PromoteFull;

    /// <summary>The weight that the canary should have.</summary>
    private int Target()
    {
        if (IsLeaving)
            return BackToStable.Weight(at, Carrier);
        if (at.Promoted || at.Stable is null)
            return 0;
        if (at.Status.Abort && !at.PromoteFull)
            return BackToStable.Weight(at, at.New);
        if (at.New is not { Available: > 0 } rs)
            return 0;
        if (at.PromoteFull)
            return at.Canary.DynamicStableScale && at.Replicas > 0 ? Math.Min(Full, (int)((long)Full * rs.Available / at.Replicas)) : recorded?.Canary.Weight ?? 0;
        if (at.StepIndex is null)
            return 0;

        // More traffic waits for the pods to bear it. Less traffic does not, down to nothing where no pods are to stay: pods
        // must not go before it does (the incumbent shrinks the canary first, and its users meet pods that are gone). Nor
        // does any traffic wait at a stable version that has nobody to answer.
        if (at.NextSizes.New == 0)
            return 0;
        var desired = CanarySizes.DesiredWeight(at);
        return CanarySizes.AtDesiredCounts(at) || at.Stable.Available == 0 ? desired : Math.Min(desired, CanarySizes.PreviousWeight(at));
    }

    /// <summary>
    /// Traffic goes to the stable version only as far as its available pods can bear it, and never before its Service
    /// leads to it. The incumbent waits for all of the pods and then moves all of the traffic (TR-18), so that one stable
    /// pod that never becomes available keeps users on a version that was aborted. Where no traffic was shared out before,
    /// because the strategy was another one until now, users may all be with the new version. What an Experiment had of
    /// the traffic falls to the canary, where the stable version cannot bear it.
    /// </summary>
    private int Hold(int target)
    {
        var present = recorded is null ? Full : recorded.Canary.Weight + recorded.Additional.Sum(a => a.Weight);
        if (present <= target || Holder is not { Available: > 0 } carrier)
            return target;
        if (at.Stable is not { } stable)
            return present;
        var service = CanaryServices.Of(at).Stable;
        if (service.Length > 0 && at.SelectedBy(service) is { Length: > 0 } selected && selected != stable.Hash)
            return present;
        // At least one pod for any share: rounded down, as in the incumbent, a small one would be sent to nobody (TR-18).
        var needed = target == Full ? 0 : Math.Max(1, (int)((long)(Full - target) * at.Replicas / Full));
        var staying = Math.Min(stable.Wanted, stable.Available);
        if (carrier.Hash == stable.Hash || at.Replicas == 0 || staying >= needed || CanarySizes.IsEnough(at, stable, needed))
            return target;
        // Halted, it gets no more pods: whoever aborts then does not want to wait for somebody who resumes.
        if (at.Halted && at.Status.Abort && stable.Available > 0 && stable.Available >= stable.Wanted)
            return target;
        var borne = (int)((long)Full * staying / at.Replicas);
        return Math.Max(target, Math.Min(present, Full - borne));
    }

    /// <summary>
    /// What the steps up to the current one have asked for (MR-1), in the order of <c>managedRoutes</c>. A first revision has
    /// no canary to send anybody to (TR-19).
    /// </summary>
    private ImmutableArray<ManagedRoute> Routes()
    {
        if (at.Canary.TrafficRouting!.ManagedRoutes is not { IsEmpty: false } names || Revisions.Of(at.Rollout.Meta) <= 1)
            return [];
        var routes = new Dictionary<string, ManagedRoute>(StringComparer.Ordinal);
        foreach (var step in at.Canary.Steps.Take(at.StepIndex!.Value + 1))
        {
            if (step.Part<SetHeaderRouteStep>() is { } header)
                Set(header.Name, header.Matches.IsEmpty ? null : new ManagedRoute(header.Name, header, null));
            if (step.Part<SetMirrorRouteStep>() is { } mirror)
                Set(mirror.Name, mirror.Matches.IsEmpty ? null : new ManagedRoute(mirror.Name, null, mirror));
        }

        return [.. names.Where(routes.ContainsKey).Select(name => routes[name])];

        void Set(string name, ManagedRoute? route)
        {
            if (route is null)
                routes.Remove(name);
            else
                routes[name] = route;
        }
    }
}
