using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Rollouts;

/// <summary>What a pass knows after sorting what it has seen: which ReplicaSet is which, and where the update stands.</summary>
internal sealed record Situation
{
    /// <summary>What was read.</summary>
    public required RolloutObservation Seen { get; init; }

    /// <summary>The canary strategy.</summary>
    public required CanaryStrategy Canary { get; init; }

    /// <summary>The hash that a new ReplicaSet would get.</summary>
    public required string ComputedHash { get; init; }

    /// <summary>The ReplicaSets that the Rollout controls, oldest first.</summary>
    public required ImmutableArray<ReplicaSetView> All { get; init; }

    /// <summary>The ReplicaSet of the current template; null until it is made.</summary>
    public ReplicaSetView? New { get; init; }

    /// <summary>The ReplicaSet of the stable version; may be <see cref="New"/>; null before the first promotion.</summary>
    public ReplicaSetView? Stable { get; init; }

    public Rollout Rollout => Seen.Rollout;

    public RolloutSpec Spec => Rollout.Spec;

    public RolloutStatus Status => Rollout.Status;

    public DateTimeOffset Now => Seen.Now;

    public int Replicas => Rollout.Replicas;

    /// <summary>All but the new one.</summary>
    public ImmutableArray<ReplicaSetView> Older => [.. All.Where(r => r.Name != New?.Name)];

    /// <summary>All but the new and the stable one.</summary>
    public ImmutableArray<ReplicaSetView> Other => [.. All.Where(r => r.Name != New?.Name && r.Name != Stable?.Name)];

    /// <summary>There is a stable version beside the new one.</summary>
    public bool TwoVersions => Stable is not null && Stable.Name != New?.Name;

    /// <summary>The new version's hash, whether its ReplicaSet exists or not.</summary>
    public string NewHash => New?.Hash ?? ComputedHash;

    public int TotalAvailable => All.Sum(r => r.Available);

    public int TotalCurrent => All.Sum(r => r.Current);

    public ReplicaLimits Limits => ReplicaLimits.Of(Canary, Replicas);

    public int StepCount => Canary.Steps.Length;

    /// <summary>The recorded step, 0 when none is recorded; null without steps.</summary>
    public int? StepIndex => StepCount == 0 ? null : Math.Clamp(Status.CurrentStepIndex ?? 0, 0, StepCount);

    /// <summary>The step being executed; null past the last and without steps.</summary>
    public CanaryStep? Step => StepIndex is { } index && index < StepCount ? Canary.Steps[index] : null;

    /// <summary>The recorded stable version is the recorded current one.</summary>
    public bool Promoted => Status.StableRS == Status.CurrentPodHash;

    /// <summary>No scaling (RT-19).</summary>
    public bool Halted => Spec.Paused || HasPause(PauseReasons.InconclusiveAnalysisRun);

    public string StepHash => VersionHash.OfSteps(Canary.RawSteps);

    /// <summary>The template differs from the recorded one (LIFE-8).</summary>
    public bool TemplateChanged => Status.CurrentPodHash.Length > 0 && Status.CurrentPodHash != NewHash;

    /// <summary>A new update begins: other template or other steps.</summary>
    public bool UpdateChanged => TemplateChanged || Status.CurrentStepHash != StepHash;

    /// <summary>The share of the new version that the pods are sized for (BC-1).</summary>
    public int DesiredWeight
    {
        get
        {
            if (Status.PromoteFull || Status.StableRS.Length == 0 || Promoted)
                return Canary.FullWeight;
            if (Status.Abort)
                return 0;
            if (Step is null)
                return Canary.FullWeight;
            return Canary.Steps.Take(StepIndex!.Value + 1).LastOrDefault(s => s.Weight is not null)?.Weight ?? 0;
        }
    }

    /// <summary>The template goes back to the stable version or to one before it.</summary>
    public bool IsRollback => New is not null && Stable is not null && (Status.StableRS == New.Hash || IsOlder(New, Stable));

    /// <summary>A rollback that skips its steps (LIFE-12).</summary>
    public bool IsFastRollback => IsRollback && (IsRollbackWithinWindow || Status.StableRS == New!.Hash);

    /// <summary>LIFE-10.</summary>
    public bool IsRollbackWithinWindow =>
        New is not null && Stable is not null && Spec.RollbackWindowRevisions > 0 && IsOlder(New, Stable)
        && All.Count(r => IsOlder(New, r) && IsOlder(r, Stable)) < Spec.RollbackWindowRevisions;

    /// <summary>The sizes that new and stable get next (BC rows).</summary>
    public (int New, int Stable) NextSizes => ReplicaCounts.Next(new ReplicaCounts.Input
    {
        Replicas = Replicas,
        Weight = DesiredWeight,
        FullWeight = Canary.FullWeight,
        Limits = Limits,
        New = Size(New),
        Stable = Size(Stable),
        StableIsNew = !TwoVersions,
        OthersWanted = Other.Sum(r => r.Wanted),
    });

    /// <summary>Whether a pause condition of this reason is recorded.</summary>
    public bool HasPause(string reason) => Status.PauseConditions.Any(c => c.Reason == reason);

    /// <summary>The pods are as the current step wants them (BC-11).</summary>
    public bool AtDesiredCounts
    {
        get
        {
            var (wantedNew, wantedStable) = NextSizes;
            return ProgressThresholdMet(wantedNew)
                && Stable is not null && wantedStable == Stable.Wanted && wantedStable == Stable.Current
                && Other.Sum(r => r.Available) == 0;
        }
    }

    /// <summary>BC-12, for the new version.</summary>
    public bool ProgressThresholdMet(int desired)
    {
        if (Canary.ReplicaProgressThreshold is not { Value: >= 0 } threshold || New is null)
            return New is not null && desired == New.Wanted && desired == New.Available;
        if (!threshold.IsPercent)
            return New.Available >= threshold.Value;
        return desired == 0 || ((double)New.Available / desired * 100) + 1e-10 >= threshold.Value;
    }

    /// <summary>Sorts what was seen; the strategy must be a canary.</summary>
    public static Situation Of(RolloutObservation seen)
    {
        var rollout = seen.Rollout;
        ImmutableArray<ReplicaSetView> all = [.. seen.ReplicaSets
            .Where(r => r.Meta.ControllerUid == rollout.Meta.Uid)
            .OrderBy(r => r.Meta.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal)];
        var hash = VersionHash.OfPodTemplate(rollout.Spec.Template ?? default, rollout.Status.CollisionCount);
        return new Situation
        {
            Seen = seen,
            Canary = rollout.Spec.Canary ?? new CanaryStrategy(),
            ComputedHash = hash,
            All = all,
            New = FindNew(rollout, all, hash),
            Stable = rollout.Status.StableRS.Length == 0 ? null : all.FirstOrDefault(r => r.Hash == rollout.Status.StableRS),
        };
    }

    /// <summary>
    /// By hash first; by meaning when the hash was made by another controller (NAME-6). The reference also tries the hash
    /// of the Deployment controller, which prints Go's memory; what it would find, the comparison by meaning finds too.
    /// </summary>
    private static ReplicaSetView? FindNew(Rollout rollout, ImmutableArray<ReplicaSetView> all, string hash) =>
        all.FirstOrDefault(r => r.Hash == hash)
        ?? all.FirstOrDefault(r => r.Hash.Length > 0 && PodTemplates.SameMeaning(rollout.Spec.Template ?? default, r));

    private static bool IsOlder(ReplicaSetView one, ReplicaSetView other) => one.Meta.CreationTimestamp < other.Meta.CreationTimestamp;

    private static ReplicaCounts.Size? Size(ReplicaSetView? replicaSet) =>
        replicaSet is null ? null : new ReplicaCounts.Size(replicaSet.Wanted, replicaSet.Available);
}
