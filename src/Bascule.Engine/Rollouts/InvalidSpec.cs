using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts;

/// <summary>A Rollout that cannot run: said once in its status, nothing else is touched (COND-3, RT-14).</summary>
internal static class InvalidSpec
{
    /// <summary>
    /// What is wrong may be mended elsewhere, say by a Service that is applied a moment later. The reference retries with
    /// a back-off of up to ten seconds; looking again after ten has the same effect.
    /// </summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    /// <summary>A workload that is missing is looked for again after this time, and as soon as it appears (RT-13).</summary>
    private static readonly TimeSpan LookForWorkload = TimeSpan.FromSeconds(20);

    /// <summary>There is no template to take over. Nothing is released for that, unlike in the incumbent (SPEC-21).</summary>
    public static Decision Unresolved(RolloutObservation seen, FieldError error) => Decide(seen, error, ReasonKind.InvalidSpec, LookForWorkload);

    public static Decision Decide(RolloutObservation seen, FieldError error, ReasonKind kind) => Decide(seen, error, kind, LookAgain);

    private static Decision Decide(RolloutObservation seen, FieldError error, ReasonKind kind, TimeSpan lookAgain)
    {
        var message = $"The Rollout \"{seen.Rollout.Name}\" is invalid: {error}";
        var reason = new Reason(kind, message)
        {
            Unblock = kind == ReasonKind.Unsupported ? $"take {error.Path} out of the Rollout" : $"correct {error.Path}, or what it refers to",
            LookAgainAfter = lookAgain,
        };
        return new Decision([.. Effects(seen, message)], lookAgain, [reason]) { Invalid = true };
    }

    /// <summary>RT-12.</summary>
    public static Effect DefaultReplicas(Rollout rollout) =>
        new PatchRollout(Patches.Of(rollout.Meta, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 1 } }));

    private static IEnumerable<Effect> Effects(RolloutObservation seen, string message)
    {
        var rollout = seen.Rollout;
        var conditions = rollout.Status.Conditions;
        if (rollout.Status.Condition(ConditionTypes.InvalidSpec)?.Message != message)
            conditions = conditions.Without(ConditionTypes.InvalidSpec);
        // Nobody asks the routers of a Rollout that cannot run: what they said before may be true no more.
        conditions = conditions.Without(ConditionTypes.TrafficRoutingReady);
        var status = rollout.Status with
        {
            Conditions = conditions.Set(ConditionList.New(ConditionTypes.InvalidSpec, "True", ConditionReasons.InvalidSpec, message, seen.Now)),
            ObservedGeneration = rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture),
        };
        var (phase, text) = RolloutPhase.Of(rollout, status);
        if (StatusPatch.Between(rollout, status with { Phase = phase, Message = text }) is { } patch)
            yield return new PatchRolloutStatus(patch);
    }
}
