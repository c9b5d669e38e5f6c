using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Canary;
using Bascule.Engine.Rollouts.Experiments;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Rollouts;

/// <summary>
/// What a pass knows after sorting what it has seen: which ReplicaSet is which, and where the update stands. What several
/// ask for is worked out for the first, from nothing that the answers of others belong to (<see cref="RolloutPass"/>).
/// </summary>
internal sealed record Situation
{
    private static readonly CanaryStrategy NoCanary = new();

    private (int New, int Stable)? nextSizes;
    private StepExperimentPlan? stepExperiments;
    private TrafficPlan? trafficPlan;

    /// <summary>What was read.</summary>
    public required RolloutObservation Seen { get; init; }

    /// <summary>The hash that a new ReplicaSet would get.</summary>
    public required string ComputedHash { get; init; }

    /// <summary>The hash of the steps; empty for blue-green (STAT-4).</summary>
    public required string StepHash { get; init; }

    /// <summary>The ReplicaSets that the Rollout controls, oldest first.</summary>
    public required ImmutableArray<ReplicaSetView> All { get; init; }

    /// <summary>The ReplicaSet of the current template; null until it is made.</summary>
    public ReplicaSetView? New { get; init; }

    /// <summary>The ReplicaSet of the stable version; may be <see cref="New"/>; null before the first promotion.</summary>
    public ReplicaSetView? Stable { get; init; }

    /// <summary>All but the new one, oldest first.</summary>
    public required ImmutableArray<ReplicaSetView> Older { get; init; }

    /// <summary>All but the new and the stable one, oldest first.</summary>
    public required ImmutableArray<ReplicaSetView> Other { get; init; }

    public Rollout Rollout => Seen.Rollout;

    public RolloutSpec Spec => Rollout.Spec;

    public RolloutStatus Status => Rollout.Status;

    public DateTimeOffset Now => Seen.Now;

    public int Replicas => Rollout.Replicas;

    /// <summary>The canary strategy; one without steps and Services when the strategy is another.</summary>
    public CanaryStrategy Canary => Spec.Canary ?? NoCanary;

    /// <summary>The blue-green strategy; null when the strategy is another.</summary>
    public BlueGreenStrategy? BlueGreen => Spec.BlueGreen;

    /// <summary>How pods of the new version are kept away from those of the stable one; null for not at all (SPEC-56).</summary>
    public AntiAffinity? AntiAffinity => BlueGreen is { } blueGreen ? blueGreen.AntiAffinity : Canary.AntiAffinity;

    /// <summary>A canary whose weights routers carry out.</summary>
    public bool IsRouted => Spec.Canary?.TrafficRouting is not null;

    /// <summary>There is a stable version beside the new one.</summary>
    public bool TwoVersions => Stable is not null && Stable.Name != New?.Name;

    /// <summary>The new version's hash, whether its ReplicaSet exists or not.</summary>
    public string NewHash => New?.Hash ?? ComputedHash;

    /// <summary>The stable version's hash; empty when there is none. Not the recorded one when that names no ReplicaSet.</summary>
    public string StableHash => Stable?.Hash ?? "";

    public int TotalAvailable => All.Sum(r => r.Available);

    public int TotalCurrent => All.Sum(r => r.Current);

    public ReplicaLimits Limits => BlueGreen is { } blueGreen ? ReplicaLimits.Of(blueGreen, Replicas) : ReplicaLimits.Of(Canary, Replicas);

    public int StepCount => Canary.Steps.Length;

    /// <summary>
    /// The recorded step; null without steps. The first one when none is recorded or there is no such step: a damaged index
    /// must not lead past the steps.
    /// </summary>
    public int? StepIndex => StepCount == 0 ? null : Status.CurrentStepIndex is >= 0 and var index && index <= StepCount ? index : 0;

    /// <summary>The step being executed; null past the last and without steps.</summary>
    public CanaryStep? Step => StepIndex is { } index && index < StepCount ? Canary.Steps[index] : null;

    /// <summary>The recorded stable version is the recorded current one.</summary>
    public bool Promoted => Status.StableRS == Status.CurrentPodHash;

    /// <summary>No scaling (RT-19).</summary>
    public bool Halted => Spec.Paused || HasPause(PauseReasons.InconclusiveAnalysisRun);

    /// <summary>
    /// A user asked for the end of the update. Somebody who aborts after that has changed their mind, which the
    /// controller can tell by not having noted the abort yet; the incumbent ignores such an abort.
    /// </summary>
    public bool PromoteFull => Status.PromoteFull && !(Status.Abort && Status.AbortedAt is null);

    /// <summary>The template differs from the recorded one (LIFE-8).</summary>
    public bool TemplateChanged => Status.CurrentPodHash.Length > 0 && Status.CurrentPodHash != NewHash;

    /// <summary>A new update begins: other template or, for a canary, other steps.</summary>
    public bool UpdateChanged => TemplateChanged || (BlueGreen is null && Status.CurrentStepHash != StepHash);

    /// <summary>The template goes back to the stable version or to one before it.</summary>
    public bool IsRollback => New is not null && Stable is not null && (New.Hash == Stable.Hash || IsOlder(New, Stable));

    /// <summary>A rollback that skips its pauses, steps and analyses (LIFE-12).</summary>
    public bool IsFastRollback =>
        IsRollback && (IsRollbackWithinWindow || New!.Hash == Stable!.Hash || (BlueGreen is not null && New.ScaleDownDeadline > Now));

    /// <summary>LIFE-10.</summary>
    public bool IsRollbackWithinWindow =>
        New is not null && Stable is not null && Spec.RollbackWindowRevisions > 0 && IsOlder(New, Stable)
        && All.Count(r => IsOlder(New, r) && IsOlder(r, Stable)) < Spec.RollbackWindowRevisions;

    /// <summary>The sizes that new and stable get next.</summary>
    public (int New, int Stable) NextSizes => nextSizes ??= BlueGreen is { } blueGreen ? BlueGreenSizes.Next(this, blueGreen) : CanarySizes.Next(this);

    /// <summary>What a canary does about the Experiments of its steps, if this pass does not end them.</summary>
    public StepExperimentPlan StepExperiments => stepExperiments ??= new StepExperiments(this).Plan();

    /// <summary>How the traffic is to be shared out; only for a canary with traffic routing.</summary>
    public TrafficPlan TrafficPlan => trafficPlan ??= new TrafficPlanning(this).Plan();

    /// <summary>Whether a pause condition of this reason is recorded.</summary>
    public bool HasPause(string reason) => Pause(reason) is not null;

    /// <summary>The recorded pause condition of this reason; null when there is none.</summary>
    public PauseCondition? Pause(string reason)
    {
        foreach (var condition in Status.PauseConditions)
        {
            if (condition.Reason == reason)
                return condition;
        }

        return null;
    }

    /// <summary>The ReplicaSet of a version; null when there is none.</summary>
    public ReplicaSetView? OfHash(string hash) => hash.Length == 0 ? null : All.FirstOrDefault(r => r.Hash == hash);

    /// <summary>The pods of a ReplicaSet; none when nobody looked.</summary>
    public IEnumerable<PodView> PodsOf(ReplicaSetView rs) => Seen.Pods is { } pods ? pods.Where(p => p.Meta.ControllerUid == rs.Meta.Uid) : [];

    /// <summary>The version that a Service selects; empty when it selects none or does not exist.</summary>
    public string SelectedBy(string service) =>
        service.Length == 0 ? "" : Seen.Service(service)?.Selector.GetValueOrDefault(Labels.PodTemplateHash, "") ?? "";

    /// <summary>Sorts what was seen.</summary>
    public static Situation Of(RolloutObservation seen)
    {
        var rollout = seen.Rollout;
        var all = seen.ReplicaSets.RemoveAll(r => r.Meta.ControllerUid != rollout.Meta.Uid).Sort(OldestFirst);
        var hash = RolloutFacts.TemplateHash(rollout);
        var current = FindNew(rollout, all, hash);
        var stable = FindStable(rollout, all, current);
        return new Situation
        {
            Seen = seen,
            ComputedHash = hash,
            StepHash = RolloutFacts.Of(rollout).StepHash,
            All = all,
            New = current,
            Stable = stable,
            Older = all.RemoveAll(r => r.Name == current?.Name),
            Other = all.RemoveAll(r => r.Name == current?.Name || r.Name == stable?.Name),
        };
    }

    /// <summary>
    /// By hash first; by meaning when the hash was made by another controller (NAME-6). The reference also tries the hash
    /// of the Deployment controller, which prints Go's memory; what it would find, the comparison by meaning finds too.
    /// </summary>
    private static ReplicaSetView? FindNew(Rollout rollout, ImmutableArray<ReplicaSetView> all, string hash) =>
        all.FirstOrDefault(r => r.Hash == hash)
        ?? all.FirstOrDefault(r => r.Hash.Length > 0 && PodTemplates.SameMeaning(rollout.Spec.Template ?? default, r));

    /// <summary>
    /// The recorded one. Where the record names no ReplicaSet, by damage or because somebody deleted it, users are on what
    /// has pods: the newest such version beside the new one is what must be kept. Taking it for a first deploy, as the
    /// incumbent does, would promote an update past all of its steps. So it is where nothing is recorded: the Rollout was
    /// deleted and applied again, or restored without its status, and took over what it had; unless the new version serves
    /// as a whole, which may be all that was ever wanted.
    /// </summary>
    private static ReplicaSetView? FindStable(Rollout rollout, ImmutableArray<ReplicaSetView> all, ReplicaSetView? current)
    {
        var recorded = rollout.Status.StableRS;
        if (recorded.Length == 0 && current?.Available >= rollout.Replicas)
            return null;
        return all.FirstOrDefault(r => recorded.Length > 0 && r.Hash == recorded)
            ?? all.Where(r => r.Name != current?.Name && r.Wanted > 0 && r.Available > 0 && r.Hash.Length > 0).MaxBy(r => r.Revision);
    }

    private static readonly Comparison<ReplicaSetView> OldestFirst = (one, other) =>
        ByAge(one, other) is var byAge and not 0 ? byAge : string.CompareOrdinal(one.Name, other.Name);

    private static bool IsOlder(ReplicaSetView one, ReplicaSetView other) => ByAge(one, other) < 0;

    /// <summary>The time of creation has whole seconds, in which there is room for two versions; their first revisions differ.</summary>
    private static int ByAge(ReplicaSetView one, ReplicaSetView other) =>
        Nullable.Compare(one.Meta.CreationTimestamp, other.Meta.CreationTimestamp) is var byTime and not 0 ? byTime : one.FirstRevision.CompareTo(other.FirstRevision);
}
