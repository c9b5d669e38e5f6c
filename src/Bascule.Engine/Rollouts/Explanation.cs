using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts;

/// <summary>Puts into words why a Rollout stands where it stands, and when to look again.</summary>
internal static class Explanation
{
    /// <summary>
    /// When to go on after routes or pods were written, for one. A router need not tell anybody of its objects' changes, and
    /// nobody watches pods: where nothing else changes with them (a header route, say) nothing else would wake the Rollout.
    /// </summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>What would move on what waits for an object that the status names and nobody saw.</summary>
    private const string WhenSeen = "its appearance, or the end of what else is waited for, after which a new one is made if it is still needed";

    /// <summary>The decision of a full pass.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="effects">What the pass does.</param>
    /// <param name="further">Reasons that the pass came upon.</param>
    public static Decision Decision(Situation at, ImmutableArray<Effect> effects, IReadOnlyList<Reason> further)
    {
        List<Reason> reasons = [.. Standstill(at), .. Analyses(at), .. Pods(at), .. Delays(at), .. further];
        var restarting = PodRestart.IsDue(at);
        var resting = reasons.All(r => r.Kind == ReasonKind.ScaleDownDelay || (r.Kind == ReasonKind.Restarting && !restarting));
        if (resting)
            reasons.Insert(0, Otherwise(at, effects));
        var again = Earlier(reasons.Min(r => r.LookAgainAfter), effects.Any(e => e is SetTraffic or PatchPods) ? Soon : null);

        // A time that has come and brought nothing waits for something else: to look again at once would be to spin.
        return new Decision(effects, effects.IsEmpty && again <= TimeSpan.Zero ? Soon : again, [.. reasons]);
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => other is null || one < other ? one : other;

    /// <summary>The new version's ReplicaSet is being deleted and its name is not free yet.</summary>
    public static Reason BeingDeleted(ReplicaSetView rs) =>
        new(ReasonKind.WaitingForOldPods, $"waiting for ReplicaSet {rs.Name}, which is being deleted, to be gone") { WaitsFor = $"ReplicaSet/{rs.Name}" };

    private static string Name(Situation at) => at.Rollout.Name;

    private static string StepName(Situation at) => $"step {at.StepIndex + 1} of {at.StepCount}";

    /// <summary>What keeps the update from going on by itself.</summary>
    private static IEnumerable<Reason> Standstill(Situation at)
    {
        var progressing = at.Status.Condition(ConditionTypes.Progressing);
        if (at.Status.Abort)
        {
            var message = progressing is { Reason: ConditionReasons.Aborted } ? progressing.Message : $"Rollout aborted update to revision {Revisions.Of(at.Rollout.Meta)}";
            yield return new Reason(ReasonKind.Aborted, $"{message}; traffic is back at the stable version {at.Status.StableRS}")
            {
                Unblock = $"bascule retry {Name(at)}, or change the pod template",
            };
        }
        else if (progressing is { Reason: ConditionReasons.ProgressDeadlineExceeded })
        {
            yield return new Reason(ReasonKind.DeadlineExceeded, $"{progressing.Message} No progress for {at.Spec.ProgressDeadlineSeconds} s")
            {
                Unblock = $"pods that become available, or bascule abort {Name(at)}",
                WaitsFor = at.New is { } rs ? $"ReplicaSet/{rs.Name}" : null,
            };
        }

        if (at.Status.Condition(ConditionTypes.ReplicaFailure) is { } failure)
            yield return new Reason(ReasonKind.ReplicaFailure, $"a ReplicaSet cannot make its pods: {failure.Message}") { Unblock = "correct what the message names" };
        if (at.Spec.Paused)
            yield return new Reason(ReasonKind.PausedByUser, "paused by spec.paused: nothing is scaled and no step completes") { Unblock = $"bascule promote {Name(at)}, or set spec.paused to false" };
        if (at.HasPause(PauseReasons.InconclusiveAnalysisRun))
        {
            yield return new Reason(ReasonKind.PausedInconclusive, "paused because an analysis was neither good nor bad")
            {
                Unblock = $"bascule promote {Name(at)} to measure again, or bascule abort {Name(at)}",
            };
        }

        if (at.HasPause(PauseReasons.InconclusiveExperiment))
        {
            yield return new Reason(ReasonKind.PausedInconclusive, "paused because an experiment was neither good nor bad")
            {
                Unblock = $"bascule promote {Name(at)} to go on, or bascule abort {Name(at)}",
            };
        }

        if (at.Pause(PauseReasons.CanaryPauseStep) is { } pause)
            yield return PauseStep(at, pause);
        if (at.Pause(PauseReasons.BlueGreenPause) is { } wait)
            yield return BeforeSwitch(at, wait);
    }

    private static Reason BeforeSwitch(Situation at, PauseCondition pause)
    {
        var unblock = $"bascule promote {Name(at)}";
        if (at.BlueGreen is not { AutoPromotionEnabled: true } blueGreen || pause.StartTime is not { } start)
            return new Reason(ReasonKind.BlueGreenPause, "the new version is ready, and waits for somebody to switch to it") { Unblock = unblock };
        var left = Left(start.AddSeconds(blueGreen.AutoPromotionSeconds), at.Now);
        return new Reason(ReasonKind.BlueGreenPause, $"the new version is ready, and is switched to in {Math.Ceiling(left.TotalSeconds)} s")
        {
            Unblock = $"{unblock} to switch now",
            // While a user holds the Rollout no Service moves (BG-42), so the end of this pause is nothing to wake up for; nor is one that is past: then pods are waited for.
            LookAgainAfter = at.Spec.Paused || left <= TimeSpan.Zero ? null : left,
        };
    }

    /// <summary>Versions whose pods go at a set time (KEY-7).</summary>
    private static IEnumerable<Reason> Delays(Situation at)
    {
        foreach (var rs in at.All.Where(r => r.Wanted > 0))
        {
            if (rs.ScaleDownDeadline is not { } deadline || (at.Halted && at.BlueGreen is null) || (rs.Name == at.New?.Name && !at.Status.Abort))
                continue;
            var left = Left(deadline, at.Now);
            var what = $"ReplicaSet {rs.Name} (revision {rs.Revision}) keeps its {Plural(rs.Wanted, "pod")}";
            // Past its time it waits for something else, which wakes this Rollout when it comes.
            yield return left > TimeSpan.Zero
                ? new Reason(ReasonKind.ScaleDownDelay, $"{what} for {Math.Ceiling(left.TotalSeconds)} s, so that going back to it is quick") { LookAgainAfter = left }
                : new Reason(ReasonKind.ScaleDownDelay, $"{what} past their time, for as long as somebody may be sent to them") { Unblock = "what else is waited for" };
        }
    }

    private static TimeSpan Left(DateTimeOffset until, DateTimeOffset now) => until > now ? until - now : TimeSpan.Zero;

    private static string Plural(int count, string noun) => $"{count} {(count == 1 ? noun : noun + "s")}";

    private static Reason PauseStep(Situation at, PauseCondition pause)
    {
        var unblock = $"bascule promote {Name(at)}";
        if (at.Step is not PauseStep { DurationSeconds: { } seconds } || pause.StartTime is not { } start)
            return new Reason(ReasonKind.PauseStep, $"{StepName(at)}: paused until somebody resumes it") { Unblock = unblock };
        var left = Left(start.AddSeconds(seconds), at.Now);

        // While a user holds the Rollout no step completes (STEP-11), so the end of this pause is nothing to wake up for.
        if (at.Spec.Paused)
            return new Reason(ReasonKind.PauseStep, $"{StepName(at)}: its own pause has {Math.Ceiling(left.TotalSeconds)} s left") { Unblock = unblock };
        return new Reason(ReasonKind.PauseStep, $"{StepName(at)}: paused, {Math.Ceiling(left.TotalSeconds)} s left") { Unblock = $"{unblock} to go on now", LookAgainAfter = left };
    }

    private static IEnumerable<Reason> Analyses(Situation at)
    {
        if (at.Promoted || at.Status.Abort)
            yield break;
        // While a pause holds the update no run begins, and the pause has a reason of its own.
        if (AnalysisPosition.Real(at.Step?.Part<AnalysisStep>()?.Analysis) is not null && (at.Status.StepAnalysisRun is not null || at.Status.PauseConditions.IsEmpty))
            yield return Analysis(at, at.Status.StepAnalysisRun, ReasonKind.StepAnalysis, $"{StepName(at)}: analysis");
        if (at.Step?.Part<ExperimentStep>() is not null && Experiment(at) is { } experiment)
            yield return experiment;
        if (at.Status.BackgroundAnalysisRun is { } background)
            yield return Analysis(at, background, ReasonKind.BackgroundAnalysis, "background analysis");
        if (at.Status.BlueGreen is { PrePromotionAnalysisRun: { } before } && at.Status.BlueGreen.ActiveSelector != at.NewHash)
            yield return Analysis(at, before, ReasonKind.PromotionAnalysis, "analysis before the switch");
        if (at.Status.BlueGreen is { PostPromotionAnalysisRun: { } after })
            yield return Analysis(at, after, ReasonKind.PromotionAnalysis, "analysis after the switch");
    }

    /// <summary>Null where something else, which has reasons of its own, keeps it from starting.</summary>
    private static Reason? Experiment(Situation at)
    {
        var name = at.Status.CurrentExperiment;
        if (name.Length == 0)
            return at.StepExperiments.Create is null ? null : new Reason(ReasonKind.ExperimentRunning, $"{StepName(at)}: its Experiment is about to start");
        if (at.Seen.Experiments.FirstOrDefault(e => e.Name == name) is not { } experiment)
            return new Reason(ReasonKind.ExperimentRunning, $"{StepName(at)}: Experiment {name}: not seen") { Unblock = WhenSeen };
        var phase = experiment.Status.Phase.Text();
        return new Reason(ReasonKind.ExperimentRunning, $"{StepName(at)}: Experiment {name}: {(phase.Length == 0 ? "not begun yet" : phase)}") { WaitsFor = $"Experiment/{name}" };
    }

    private static Reason Analysis(Situation at, AnalysisRunReference? reference, ReasonKind kind, string prefix)
    {
        if (reference is null)
            return new Reason(kind, $"{prefix} is about to start");
        var run = at.Seen.AnalysisRuns.FirstOrDefault(r => r.Name == reference.Name && r.Meta.ControllerUid == at.Rollout.Meta.Uid);
        if (run is null)
            return new Reason(kind, $"{prefix} {reference.Name}: not seen") { Unblock = WhenSeen };
        var metrics = RunSummaries.Of(run);
        var phase = run.Phase == AnalysisPhase.None ? "not measured yet" : run.Phase.Text();
        return new Reason(kind, metrics.IsEmpty ? $"{prefix} {reference.Name}: {phase}" : $"{prefix} {string.Join("; ", metrics)}") { WaitsFor = $"AnalysisRun/{reference.Name}" };
    }

    private static IEnumerable<Reason> Pods(Situation at)
    {
        if ((at.Halted && at.BlueGreen is null) || at.New is not { } rs)
            yield break;
        var (newSize, stableSize) = at.NextSizes;
        var wake = DeadlineWakeUp(at);
        if (rs.Available < rs.Wanted || rs.Wanted < newSize)
            yield return Waiting(rs, Math.Max(rs.Wanted, newSize), at.TwoVersions ? "canary" : "new", wake);
        if (at.TwoVersions && at.Stable is { } stable && (stable.Available < Math.Min(stable.Wanted, stableSize) || stable.Wanted < stableSize))
            yield return Waiting(stable, Math.Max(stable.Wanted, stableSize), "stable", wake);
        foreach (var extra in at.All.Where(r => r.Current > r.Wanted || (r.Wanted > 0 && !r.HasScaleDownDeadline && r.Name != rs.Name && r.Name != at.Stable?.Name)))
        {
            var going = extra.Name == rs.Name || extra.Name == at.Stable?.Name ? extra.Current - extra.Wanted : extra.Current;
            yield return new Reason(ReasonKind.WaitingForOldPods, $"waiting for {Plural(going, "pod")} of ReplicaSet {extra.Name} (revision {extra.Revision}) to go")
            {
                WaitsFor = $"ReplicaSet/{extra.Name}",
                LookAgainAfter = wake,
            };
        }
    }

    private static Reason Waiting(ReplicaSetView rs, int wanted, string role, TimeSpan? wake) =>
        new(ReasonKind.WaitingForPods, $"waiting for {Math.Max(0, wanted - rs.Available)} of {wanted} {role} pods to become available")
        {
            WaitsFor = $"ReplicaSet/{rs.Name}",
            LookAgainAfter = wake,
        };

    /// <summary>When nothing holds the update: done, on its way, or waiting for the deadline.</summary>
    private static Reason Otherwise(Situation at, ImmutableArray<Effect> effects)
    {
        if (!effects.IsEmpty)
            return new Reason(ReasonKind.Acting, at.Step is { } step ? $"{StepName(at)} ({step}): going on" : "writing what was found");
        if (at.Status.Phase == RolloutPhases.Healthy || Progress.IsHealthy(at, at.Status))
            return new Reason(ReasonKind.Healthy, $"revision {Revisions.Of(at.Rollout.Meta)} ({at.NewHash}) is fully rolled out: {at.TotalAvailable} of {at.Replicas} pods are available");
        var place = at.Step is { } current ? $"{StepName(at)} ({current}): " : "";
        return new Reason(ReasonKind.WaitingForPods, $"{place}waiting for the pods to settle: {at.TotalAvailable} of {at.Replicas} are available")
        {
            WaitsFor = $"ReplicaSet/{at.New?.Name}",
            LookAgainAfter = DeadlineWakeUp(at),
        };
    }

    /// <summary>When the update would count as stuck (RT-21); null when it cannot.</summary>
    internal static TimeSpan? DeadlineWakeUp(Situation at)
    {
        if (at.Status.Condition(ConditionTypes.Progressing) is not { Reason: not (ConditionReasons.ProgressDeadlineExceeded or ConditionReasons.Aborted or ConditionReasons.Paused) } progressing
            || at.Spec.Paused || !at.Status.PauseConditions.IsEmpty || at.Status.Abort
            || Progress.MayTakeForEver(at) || Progress.IsHealthy(at, at.Status))
            return null;
        var left = Progress.Deadline(at, progressing) - at.Now;
        return (left < TimeSpan.Zero ? TimeSpan.Zero : left) + TimeSpan.FromSeconds(1);
    }
}
