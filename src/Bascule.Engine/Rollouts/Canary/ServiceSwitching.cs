using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Points the stable and the canary Service at their versions, once these can serve (NAME-15, NAME-16, TR-40, BC-15).</summary>
/// <param name="at">The situation.</param>
/// <param name="aborted">The update is aborted: both Services belong to the stable version.</param>
internal sealed class ServiceSwitching(Situation at, bool aborted)
{
    private readonly List<Effect> effects = [];
    private readonly List<Reason> reasons = [];

    /// <summary>Why a Service still points elsewhere.</summary>
    public IReadOnlyList<Reason> Reasons => reasons;

    /// <summary>The effects.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        Point(at.Canary.StableService, at.Stable);
        Point(at.Canary.CanaryService, aborted ? at.Stable : at.New);
        return effects;
    }

    private void Point(string name, ReplicaSetView? rs)
    {
        if (rs is null || name.Length == 0 || at.Seen.Services.FirstOrDefault(s => s.Meta.Name == name) is not { } service)
            return;
        var current = service.Selector.GetValueOrDefault(Labels.PodTemplateHash, "");
        if (current == rs.Hash)
            return;
        var managed = service.Meta.Annotations.ContainsKey(Annotations.ManagedBy);
        // A Service that is taken over gets all of its traffic from one moment to the next: the version must be complete.
        var complete = rs.Wanted != 0 && rs.Available != 0 && rs.Wanted <= rs.Available;
        if (rs.Available < 1 || (!managed && !complete))
        {
            reasons.Add(new Reason(ReasonKind.WaitingForService, $"Service {name} is not yet switched to {rs.Hash}: {rs.Available} of {rs.Wanted} pods of ReplicaSet {rs.Name} are available")
            {
                WaitsFor = $"ReplicaSet/{rs.Name}",
                Unblock = "available pods of that ReplicaSet",
            });
            return;
        }

        var patch = new JsonObject { ["spec"] = new JsonObject { ["selector"] = new JsonObject { [Labels.PodTemplateHash] = rs.Hash } } };
        if (!managed)
            patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ManagedBy] = at.Rollout.Name } };
        effects.Add(new SwitchService(name, current, rs.Hash, Patches.Of(service.Meta, patch)));
        effects.Add(new EmitEvent(false, EventReasons.SwitchService, $"Switched selector for service '{name}' from '{current}' to '{rs.Hash}'"));
    }
}
