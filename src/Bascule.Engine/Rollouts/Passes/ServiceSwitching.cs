using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Points Services at versions (NAME-15, NAME-16).</summary>
/// <param name="at">The situation.</param>
internal sealed class ServiceSwitching(Situation at)
{
    private readonly List<Effect> effects = [];
    private readonly List<Reason> reasons = [];

    /// <summary>Why a Service still points elsewhere.</summary>
    public IReadOnlyList<Reason> Reasons => reasons;

    /// <summary>The effects so far.</summary>
    public IReadOnlyList<Effect> Effects => effects;

    /// <summary>Points a Service at a version, unless it is there already, does not exist, or must wait.</summary>
    /// <param name="name">The Service; empty for none.</param>
    /// <param name="rs">The version; null for none yet.</param>
    /// <param name="guard">What the version must have.</param>
    public void Point(string name, ReplicaSetView? rs, ServiceGuard guard)
    {
        if (rs is null || name.Length == 0 || at.Seen.Service(name) is not { } service)
            return;
        var current = service.Selector.GetValueOrDefault(Labels.PodTemplateHash, "");
        if (current == rs.Hash)
            return;
        var managed = service.Meta.Annotations.ContainsKey(Annotations.ManagedBy);
        var complete = rs.Wanted != 0 && rs.Available != 0 && rs.Wanted <= rs.Available;
        if (guard == ServiceGuard.Available && (rs.Available < 1 || (!managed && !complete)))
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
