using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Canary;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;
using Bascule.Engine.Rollouts.Referenced;
using Bascule.Engine.Rollouts.Status;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts;

/// <summary>Decides what to do about a Rollout.</summary>
public static class RolloutDecider
{
    /// <summary>Decides about an observation of which nobody asked anything before: what a question asks for, it has or does without.</summary>
    public static Decision Decide(RolloutObservation seen) => Decide(RolloutPass.Of(seen));

    /// <summary>
    /// Looks at everything and says what to do next. Total: every observation has an answer. At the fixpoint there are
    /// no effects. A pass does one kind of thing; what depends on its outcome is decided in the next one (RT-11).
    /// </summary>
    public static Decision Decide(RolloutPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var seen = pass.Seen;
        var rollout = seen.Rollout;
        if (rollout.Meta.DeletionTimestamp is not null)
            return new Decision([], null, [new Reason(ReasonKind.BeingDeleted, "the Rollout is being deleted")]);
        if (WorkloadTemplate.Problem(seen) is { } unresolved)
            return InvalidSpec.Unresolved(seen, unresolved);
        if (pass.FirstError is var (error, kind))
            return InvalidSpec.Decide(seen, error, kind);
        if (rollout.Spec.Replicas is null)
            return Act([InvalidSpec.DefaultReplicas(rollout)], "setting spec.replicas to its default 1");
        if (WorkloadTemplate.NoteGeneration(seen) is { } note)
            return Act([new PatchRollout(note)], "noting which generation of the referenced workload counts");
        if (Ownership.Claims(seen).ToImmutableArray() is { IsEmpty: false } claims)
            return Act(claims, "taking over or releasing ReplicaSets by their labels");

        var at = pass.At;
        if (at.New is { Meta.DeletionTimestamp: not null } leaving)
            return new Decision([], null, [Explanation.BeingDeleted(leaving)]);
        if (RevisionSync.Effects(at) is { Count: > 0 } sync)
            return Act(sync, at.New is null ? $"making ReplicaSet {NewReplicaSet.Name(rollout, at.ComputedHash)} for the new version" : $"bringing ReplicaSet {at.New.Name} in step with the Rollout");
        if (PauseConditionEffects(at) is { Count: > 0 } conditions)
            return Act(conditions, "recording that the Rollout was paused, resumed or retried");

        if (at.BlueGreen is { } strategy)
        {
            var blueGreen = new BlueGreenPass(at, strategy);
            return Explanation.Decision(at, [.. blueGreen.Effects()], blueGreen.Reasons) with { RunsMissed = [.. blueGreen.RunsMissed] };
        }

        var canary = new CanaryPass(at);
        var decision = Explanation.Decision(at, [.. canary.Effects()], canary.Reasons) with { RunsMissed = [.. canary.RunsMissed] };
        return canary.PluginCall is { } call && seen.PluginAnswer is null && decision.Effects.IsEmpty ? decision with { PluginCall = call } : decision;
    }

    /// <summary>
    /// The Rollout with the pod template of the workload that it refers to, and its selector if it has none (SPEC-13). To be
    /// called before anything else is looked up, because names and versions depend on the template.
    /// </summary>
    /// <param name="rollout">The Rollout as stored.</param>
    /// <param name="workload">What <c>spec.workloadRef</c> names; null when that is missing.</param>
    /// <returns>The Rollout itself when it has a template of its own, or none is found.</returns>
    public static Rollout TakeOver(Rollout rollout, WorkloadView? workload)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return workload is null ? rollout : WorkloadTemplate.TakeOver(rollout, workload);
    }

    /// <summary>
    /// How the traffic of a routed canary should be shared out, for the routers to be asked about before the decision:
    /// their answer belongs into <see cref="RolloutObservation.Traffic"/>.
    /// </summary>
    /// <returns>The plan; null when the Rollout has no routers, or cannot be run as it is.</returns>
    public static TrafficPlan? TrafficWanted(RolloutPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return pass.Seen.Rollout.Spec.Canary?.TrafficRouting is null ? null : Underway(pass)?.TrafficPlan;
    }

    /// <summary>
    /// The Service whose load balancer should be asked whether it knows the pods that the Service leads to, where load
    /// balancers are asked: the answer belongs into <see cref="RolloutObservation.TargetsRegistered"/>.
    /// </summary>
    /// <returns>The Service; null when nothing depends on the answer.</returns>
    public static string? TargetsWanted(RolloutPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return Underway(pass) is { } at ? TargetRegistration.ServiceToAsk(at) : null;
    }

    /// <summary>
    /// The versions, by hash, whose pods a decision looks at. Few passes look at pods at all, so that nobody has to keep
    /// them in memory: those of a restart, and those of a Rollout with metadata for its pods. The answer belongs into
    /// <see cref="RolloutObservation.Pods"/>.
    /// </summary>
    /// <returns>The hashes, which may be none; null when no pod is of interest.</returns>
    public static ImmutableArray<string>? PodsWanted(RolloutPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (spec, status) = (pass.Seen.Rollout.Spec, pass.Seen.Rollout.Status);
        var mayMatter = (spec.RestartAt is { } restart && restart != status.RestartedAt)
            || spec.Canary is { CanaryMetadata: not null } or { StableMetadata: not null }
            || spec.BlueGreen is { PreviewMetadata: not null } or { ActiveMetadata: not null }
            || pass.Seen.ReplicaSets.Any(r => r.Meta.Annotations.ContainsKey(Annotations.EphemeralMetadata));
        if (!mayMatter || Underway(pass) is not { } at)
            return null;
        var restarts = PodRestart.IsDue(at);
        ImmutableArray<string> hashes = [.. at.All.Where(r => restarts || EphemeralMetadata.Concerns(at, r)).Select(r => r.Hash).Where(h => h.Length > 0)];
        return restarts || !hashes.IsEmpty ? hashes : null;
    }

    /// <summary>
    /// What to record when the API refused a <see cref="CreateReplicaSet"/> for another reason than that the
    /// name exists (NAME-3); the caller then retries with its back-off.
    /// </summary>
    /// <param name="pass">The pass whose decision failed.</param>
    /// <param name="error">The API's message.</param>
    public static Decision AfterReplicaSetRefused(RolloutPass pass, string error)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var at = pass.At;
        var reason = new Reason(ReasonKind.ReplicaFailure, $"ReplicaSet {NewReplicaSet.Name(at.Rollout, at.ComputedHash)} could not be created: {error}")
        {
            Unblock = "correct the pod template, or what refuses it (quota, admission)",
        };
        return new Decision([.. RevisionSync.Refused(at, error)], null, [reason]);
    }

    /// <summary>The name that the ReplicaSet of the current pod template gets if none exists yet (NAME-1).</summary>
    public static string NewReplicaSetName(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return NewReplicaSet.Name(rollout, RolloutFacts.TemplateHash(rollout));
    }

    /// <summary>The templates that the Rollout's analyses name, without doubles.</summary>
    public static ImmutableArray<AnalysisTemplateReference> TemplatesReferenced(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return RolloutFacts.Of(rollout).Templates;
    }

    /// <summary>The Services that the Rollout names, without doubles.</summary>
    public static ImmutableArray<string> ServicesReferenced(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return RolloutFacts.Of(rollout).ServiceNames;
    }

    /// <summary>The routing objects that the Rollout names and that are looked at before it runs, without doubles (REF-9 to REF-13).</summary>
    public static ImmutableArray<ObjectReference> ObjectsReferenced(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return RoutingReferences.Of(rollout);
    }

    /// <summary>The routing object that a routing object names in its turn; null for none.</summary>
    public static ObjectReference? ObjectsReferenced(ReferencedObject found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return RoutingReferences.Of(found);
    }

    /// <summary>The situation, if a decision goes so far as to carry out the strategy; null otherwise.</summary>
    private static Situation? Underway(RolloutPass pass) =>
        pass.Seen.Rollout is { Meta.DeletionTimestamp: null, Spec.Replicas: not null } && pass.FirstError is null && pass.At is { New: not null, UpdateChanged: false } at ? at : null;

    private static IReadOnlyList<Effect> PauseConditionEffects(Situation at)
    {
        var status = PauseConditions.Apply(at);
        if (ReferenceEquals(status, at.Status))
            return [];
        var (phase, message) = RolloutPhase.Of(at.Rollout, status);
        status = status with { Phase = phase, Message = message };
        status = status with { Duration = new DurationRules(at, at.Status.Abort).Next(status) };
        return StatusPatch.Between(at.Rollout, status) is { } patch ? [new PatchRolloutStatus(patch)] : [];
    }

    private static Decision Act(IReadOnlyList<Effect> effects, string what) =>
        new([.. effects], null, [new Reason(ReasonKind.Acting, what)]);
}
