using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Templates;
using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>The earlier pod templates of a Rollout, kept by its ReplicaSets, and the way back to one of them (CLI-8).</summary>
public static class RevisionHistory
{
    /// <summary>The write that makes an earlier pod template the current one.</summary>
    /// <param name="rollout">The Rollout as it is.</param>
    /// <param name="replicaSets">ReplicaSets that it controls.</param>
    /// <param name="toRevision">The revision to return to; 0 for the one before the newest.</param>
    /// <param name="workload">What <c>spec.workloadRef</c> names, which has the template then; null when that is missing.</param>
    /// <returns>The write; none when the Rollout has that template already.</returns>
    /// <exception cref="RolloutActionException">There is no such revision, or nothing that has a template.</exception>
    public static ImmutableArray<RolloutPatch> Undo(Rollout rollout, IEnumerable<KubeObject> replicaSets, int toRevision, KubeObject? workload = null)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var owner = TemplateOwner.Of(rollout, workload);
        var template = Template(Find(rollout, replicaSets, toRevision));
        if (owner.Template.ValueKind == JsonValueKind.Object && JsonNode.DeepEquals(template, JsonObject.Create(owner.Template)))
            return [];
        var operation = new JsonObject { ["op"] = "replace", ["path"] = owner.Path, ["value"] = template };
        return [new RolloutPatch(Patch.Json(new JsonArray(operation))) { Workload = owner.Target }];
    }

    /// <summary>The revision of a ReplicaSet; 0 when it has none (KEY-2).</summary>
    public static int Revision(KubeObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return int.TryParse(item.Annotations.GetValueOrDefault(Annotations.Revision), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;
    }

    private static KubeObject Find(Rollout rollout, IEnumerable<KubeObject> replicaSets, int toRevision)
    {
        ImmutableArray<KubeObject> newestFirst = [.. replicaSets.Where(r => Revision(r) > 0).OrderByDescending(Revision)];
        var found = toRevision == 0 ? newestFirst.ElementAtOrDefault(1) : newestFirst.FirstOrDefault(r => Revision(r) == toRevision);
        if (found is not null)
            return found;
        var kept = newestFirst.IsEmpty ? "none" : string.Join(", ", newestFirst.Select(Revision));
        throw new RolloutActionException(
            toRevision == 0
                ? $"rollout \"{rollout.Name}\" has no revision before the newest; revisions kept: {kept}"
                : $"rollout \"{rollout.Name}\" has no revision {toRevision}; revisions kept: {kept}",
            "see them with: bascule get rollout " + rollout.Name);
    }

    /// <summary>Without what controllers put in: it would make another version of an earlier one.</summary>
    private static JsonObject Template(KubeObject replicaSet)
    {
        var template = PodTemplates.AsWritten(replicaSet.As(ReplicaSetView.Read));
        return template.Count > 0 ? template : throw new RolloutActionException($"replica set \"{replicaSet.Name}\" has no pod template", "choose another revision with --to-revision");
    }
}
