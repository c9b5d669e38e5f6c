using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Makes the new version's ReplicaSet and keeps revisions in step (NAME-1 to NAME-5, NAME-8).</summary>
internal static class RevisionSync
{
    /// <summary>The effects, or none when all is in step. The pass ends behind them.</summary>
    public static IReadOnlyList<Effect> Effects(Situation at)
    {
        var next = at.Older.Select(r => r.Revision).DefaultIfEmpty().Max() + 1;
        if (at.New is not { } rs)
            return Create(at, next);

        var effects = new List<Effect>();
        if (NewReplicaSet.Update(at, rs, next) is { } update)
            effects.Add(new PatchReplicaSet(rs.Name, update));
        effects.AddRange(RecordRevision(at, Math.Max(next, rs.Revision)));
        if (effects.Count > 0 || at.Status.Condition(ConditionTypes.Progressing) is not null)
            return effects;
        return StatusEffects(at, WithProgressing(at, ConditionReasons.FoundNewReplicaSet, $"Found new replica set \"{rs.Name}\""));
    }

    /// <summary>What to record when the API does not want the ReplicaSet (NAME-3).</summary>
    public static IReadOnlyList<Effect> Refused(Situation at, string error)
    {
        var message = $"Failed to create new replica set \"{NewReplicaSet.Name(at.Rollout, at.ComputedHash)}\": {error}";
        var status = at.Status with
        {
            Conditions = at.Status.Conditions.Set(ConditionList.New(ConditionTypes.Progressing, "False", ConditionReasons.ReplicaSetCreateError, message, at.Now)),
            ObservedGeneration = at.Rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture),
        };
        var (phase, text) = RolloutPhase.Of(at.Rollout, status);
        status = status with { Phase = phase, Message = text };
        return [.. StatusEffects(at, status), new EmitEvent(true, EventReasons.ReplicaSetCreateError, message)];
    }

    private static IReadOnlyList<Effect> Create(Situation at, int revision)
    {
        var name = NewReplicaSet.Name(at.Rollout, at.ComputedHash);
        if (at.Seen.ReplicaSets.Any(r => r.Name == name))
            return StatusEffects(at, at.Status with { CollisionCount = (at.Status.CollisionCount ?? 0) + 1 });
        // The revision is announced before the ReplicaSet that has it, as in the reference (EV-70).
        if (RecordRevision(at, revision) is { Count: > 0 } record)
            return record;
        return
        [
            new CreateReplicaSet(name, NewReplicaSet.Body(at, revision)),
            new EmitEvent(false, EventReasons.NewReplicaSetCreated, $"Created ReplicaSet {name} (revision {revision})"),
            .. StatusEffects(at, WithProgressing(at, ConditionReasons.NewReplicaSetCreated, $"Created new replica set \"{name}\"")),
        ];
    }

    private static IReadOnlyList<Effect> RecordRevision(Situation at, int revision)
    {
        var text = Revisions.Text(revision);
        if (at.Rollout.Meta.Annotations.GetValueOrDefault(Annotations.Revision) == text)
            return [];
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.Revision] = text } } };
        return
        [
            new PatchRollout(Patches.Of(at.Rollout.Meta, patch)),
            new EmitEvent(false, EventReasons.Updated, $"Rollout updated to revision {revision}"),
        ];
    }

    private static RolloutStatus WithProgressing(Situation at, string reason, string message) =>
        at.Status with { Conditions = at.Status.Conditions.Set(ConditionList.New(ConditionTypes.Progressing, "True", reason, message, at.Now)) };

    private static IReadOnlyList<Effect> StatusEffects(Situation at, RolloutStatus status) =>
        StatusPatch.Between(at.Rollout, status) is { } patch ? [new PatchRolloutStatus(patch)] : [];
}
