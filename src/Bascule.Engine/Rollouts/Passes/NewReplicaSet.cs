using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>The ReplicaSet of a new version: its body, and what is kept in step with the Rollout later (NAME-1, NAME-5).</summary>
internal static class NewReplicaSet
{
    /// <summary>Bookkeeping that a ReplicaSet has of its own or does not need (KEY-2, 3, 4, 15).</summary>
    private static readonly string[] NotCopied =
        [Annotations.Revision, Annotations.RevisionHistory, Annotations.DesiredReplicas, Annotations.LastApplied, Annotations.Notified];

    /// <summary>The object to create.</summary>
    public static JsonElement Body(Situation at, int revision)
    {
        var rollout = at.Rollout;
        var template = rollout.Spec.Template is { } raw ? JsonObject.Create(raw.Clone())! : [];
        var labels = Patches.Child(Patches.Child(template, "metadata"), "labels");
        labels[Labels.PodTemplateHash] = at.ComputedHash;
        var selector = rollout.Root.Member("spec").MemberOrNull("selector") is { } found ? JsonObject.Create(found.Clone())! : [];
        Patches.Child(selector, "matchLabels")[Labels.PodTemplateHash] = at.ComputedHash;

        var annotations = Copied(rollout);
        annotations[Annotations.Revision] = Revisions.Text(revision);
        annotations[Annotations.DesiredReplicas] = Revisions.Text(rollout.Replicas);
        // The ReplicaSet's own labels are those of the version, without what its pods wear for a time.
        var ownLabels = labels.DeepClone();
        EphemeralMetadata.Inject(at, template, annotations);
        if (at.AntiAffinity is { } antiAffinity && at.TwoVersions)
            InjectedAntiAffinity.Add(Patches.Child(template, "spec"), antiAffinity, rollout.Meta.Namespace, at.StableHash);
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name(rollout, at.ComputedHash),
                ["namespace"] = rollout.Meta.Namespace,
                ["labels"] = ownLabels,
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(OwnerReference(rollout)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["minReadySeconds"] = rollout.Spec.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = template,
            },
        });
    }

    /// <summary>The name of the ReplicaSet of a version.</summary>
    public static string Name(Rollout rollout, string hash) => $"{rollout.Name}-{hash}";

    /// <summary>What the existing ReplicaSet of the version lacks; null when nothing (NAME-5).</summary>
    public static JsonElement? Update(Situation at, ReplicaSetView rs, int revision)
    {
        var annotations = new JsonObject();
        foreach (var (key, value) in at.Rollout.Meta.Annotations)
        {
            if (!NotCopied.Contains(key) && rs.Meta.Annotations.GetValueOrDefault(key) != value)
                annotations[key] = value;
        }

        if (rs.Revision < revision)
        {
            annotations[Annotations.Revision] = Revisions.Text(revision);
            // Only a rise is history; the reference also records a change of any other annotation (the defect of NAME-7).
            if (rs.Revision > 0)
                annotations[Annotations.RevisionHistory] = History(rs);
        }

        var patch = new JsonObject();
        if (annotations.Count > 0)
            patch["metadata"] = new JsonObject { ["annotations"] = annotations };
        if (rs.MinReadySeconds != at.Spec.MinReadySeconds)
            patch["spec"] = new JsonObject { ["minReadySeconds"] = at.Spec.MinReadySeconds };
        if (at.AntiAffinity is not null && at.TwoVersions && InjectedAntiAffinity.Outdated(rs.Template, at.StableHash) is { } terms)
            Patches.Child(Patches.Child(Patches.Child(patch, "spec"), "template"), "spec")["affinity"] = new JsonObject { ["podAntiAffinity"] = terms };
        return patch.Count == 0 ? null : Patches.Of(rs.Meta, patch);
    }

    /// <summary>The reference that makes the Rollout the controller of an object.</summary>
    public static JsonObject OwnerReference(Rollout rollout) => OwnerReferences.Controller(Rollout.Kind, rollout.Meta);

    private static string History(ReplicaSetView rs)
    {
        var earlier = rs.Meta.Annotations.GetValueOrDefault(Annotations.RevisionHistory, "");
        return earlier.Length == 0 ? Revisions.Text(rs.Revision) : $"{earlier},{Revisions.Text(rs.Revision)}";
    }

    private static JsonObject Copied(Rollout rollout)
    {
        var annotations = new JsonObject();
        foreach (var (key, value) in rollout.Meta.Annotations.Where(a => !NotCopied.Contains(a.Key)))
            annotations[key] = value;
        return annotations;
    }
}
