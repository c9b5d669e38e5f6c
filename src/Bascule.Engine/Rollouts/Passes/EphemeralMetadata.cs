using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>
/// Labels and annotations that pods wear while their version plays a role (EPH rows): first in the ReplicaSet's template,
/// so that new pods have them, then on the pods that run.
/// </summary>
/// <remarks>
/// The ReplicaSet's record (KEY-6) names what may be on its pods. It gives up a key only when no pod wears it any more, so
/// that a crash in between leaves nothing behind; for the same reason it is obeyed after both fields are gone from the
/// spec, which the incumbent does not do (EPH-4).
/// </remarks>
internal static class EphemeralMetadata
{
    private static readonly PodMetadata Nothing = new();

    /// <summary>What the pods of a version shall wear now (EPH-1).</summary>
    public static PodMetadata Wanted(Situation at, ReplicaSetView rs)
    {
        if (rs.Name == at.New?.Name)
            return OfNew(at);
        return rs.Name == at.Stable?.Name ? OfStable(at) : Nothing;
    }

    /// <summary>What the pods of the new version shall wear, whether its ReplicaSet exists or not.</summary>
    public static PodMetadata OfNew(Situation at)
    {
        if (!at.TwoVersions)
            return OfStable(at);
        return (at.BlueGreen is { } blueGreen ? blueGreen.PreviewMetadata : at.Canary.CanaryMetadata) ?? Nothing;
    }

    /// <summary>Whether the pods of a version must be looked at.</summary>
    public static bool Concerns(Situation at, ReplicaSetView rs) =>
        rs.Wanted > 0 && (!Wanted(at, rs).IsEmpty || rs.Meta.Annotations.ContainsKey(Annotations.EphemeralMetadata));

    /// <summary>Puts metadata into the template of the new version's ReplicaSet to be, and notes it.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="template">The template.</param>
    /// <param name="annotations">The annotations of the ReplicaSet.</param>
    public static void Inject(Situation at, JsonObject template, JsonObject annotations)
    {
        var metadata = Without(OfNew(at), at.Spec.Selector);
        if (metadata.IsEmpty)
            return;
        var target = Patches.Child(template, "metadata");
        foreach (var (map, entries) in Maps(metadata))
        {
            foreach (var (key, value) in entries)
                Patches.Child(target, map)[key] = value;
        }

        annotations[Annotations.EphemeralMetadata] = Text(metadata);
    }

    /// <summary>What has to be written for all to be in step; none at the fixpoint.</summary>
    public static IReadOnlyList<Effect> Effects(Situation at)
    {
        List<Effect> effects = [];
        List<PodPatch> pods = [];
        foreach (var rs in at.All)
        {
            var wanted = Wanted(at, rs);
            if (rs.Meta.DeletionTimestamp is not null || (wanted.IsEmpty && !rs.Meta.Annotations.ContainsKey(Annotations.EphemeralMetadata)))
                continue;
            var change = new Change(at, rs, Without(wanted, rs.Selector));
            if (change.OfReplicaSet() is { } patch)
                effects.Add(new PatchReplicaSet(rs.Name, patch));
            pods.AddRange(change.OfPods());
        }

        if (pods.Count > 0)
            effects.Add(new PatchPods([.. pods]));
        return effects;
    }

    /// <summary>A label that a ReplicaSet finds its pods by is not ours to change; the server would refuse it.</summary>
    private static PodMetadata Without(PodMetadata wanted, LabelSelector? selector) =>
        selector is null ? wanted : wanted with { Labels = wanted.Labels.RemoveRange(selector.MatchLabels.Keys) };

    private static PodMetadata OfStable(Situation at) => (at.BlueGreen is { } blueGreen ? blueGreen.ActiveMetadata : at.Canary.StableMetadata) ?? Nothing;

    private static IEnumerable<(string Map, ImmutableSortedDictionary<string, string> Entries)> Maps(PodMetadata metadata) =>
        [("labels", metadata.Labels), ("annotations", metadata.Annotations)];

    private static string Text(PodMetadata metadata)
    {
        var record = new JsonObject();
        foreach (var (map, entries) in Maps(metadata).Where(m => !m.Entries.IsEmpty))
        {
            foreach (var (key, value) in entries)
                Patches.Child(record, map)[key] = value;
        }

        return record.ToJsonString();
    }

    /// <summary>Brings one ReplicaSet and its pods in step.</summary>
    private sealed class Change
    {
        private readonly Situation at;
        private readonly ReplicaSetView rs;
        private readonly PodMetadata wanted;
        private readonly string? recordedText;
        private readonly PodMetadata recorded;

        public Change(Situation at, ReplicaSetView rs, PodMetadata wanted)
        {
            this.at = at;
            this.rs = rs;
            this.wanted = wanted;
            recordedText = rs.Meta.Annotations.GetValueOrDefault(Annotations.EphemeralMetadata);
            recorded = Recorded(recordedText);
        }

        /// <summary>The merge patch of the ReplicaSet; null when it is in step.</summary>
        public JsonElement? OfReplicaSet()
        {
            var template = Difference(rs.Template.Member("metadata"));
            var record = Record();
            if (template.Count == 0 && record == recordedText)
                return null;
            var patch = new JsonObject();
            if (template.Count > 0)
                patch["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = template } };
            if (record != recordedText)
                patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.EphemeralMetadata] = record } };
            return Patches.Of(rs.Meta, patch);
        }

        /// <summary>The patches of the pods that are not in step.</summary>
        public IEnumerable<PodPatch> OfPods()
        {
            if (rs.Wanted == 0)
                yield break;
            foreach (var pod in at.PodsOf(rs).Where(p => !p.IsTerminating))
            {
                var metadata = Difference(pod.Meta);
                if (metadata.Count == 0)
                    continue;
                metadata["uid"] = pod.Meta.Uid;
                yield return new PodPatch(pod.Name, Patches.Element(new JsonObject { ["metadata"] = metadata }));
            }
        }

        /// <summary>What the record must say; null for nothing.</summary>
        private string? Record()
        {
            var worn = recorded with
            {
                Labels = recorded.Labels.SetItems(wanted.Labels),
                Annotations = recorded.Annotations.SetItems(wanted.Annotations),
            };
            var lingers = worn.Labels.Count > wanted.Labels.Count || worn.Annotations.Count > wanted.Annotations.Count;
            var noted = lingers && !IsClean ? worn : wanted;
            if (noted.IsEmpty)
                return null;
            var isNoted = noted.Labels.SequenceEqual(recorded.Labels) && noted.Annotations.SequenceEqual(recorded.Annotations);
            return isNoted ? recordedText : Text(noted);
        }

        /// <summary>No pod wears what it shall not, and none can be made that does.</summary>
        private bool IsClean =>
            rs.Wanted == 0
            || (at.Seen.Pods is not null
                && rs.ObservedGeneration >= rs.Meta.Generation
                && Difference(rs.Template.Member("metadata")).Count == 0
                && at.PodsOf(rs).All(p => p.IsTerminating || Difference(p.Meta).Count == 0));

        private JsonObject Difference(JsonElement metadata) => Difference(metadata.Map("labels"), metadata.Map("annotations"));

        private JsonObject Difference(ObjectMeta meta) => Difference(meta.Labels, meta.Annotations);

        /// <summary>What has to change in somebody's metadata; other keys than ours are left alone (EPH-3).</summary>
        private JsonObject Difference(ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> annotations)
        {
            var patch = new JsonObject();
            Compare(patch, "labels", labels, wanted.Labels, recorded.Labels);
            Compare(patch, "annotations", annotations, wanted.Annotations, recorded.Annotations);
            return patch;
        }

        private void Compare(
            JsonObject patch,
            string map,
            ImmutableSortedDictionary<string, string> seen,
            ImmutableSortedDictionary<string, string> wantedEntries,
            ImmutableSortedDictionary<string, string> recordedEntries)
        {
            foreach (var (key, value) in wantedEntries)
            {
                if (seen.GetValueOrDefault(key) != value)
                    Patches.Child(patch, map)[key] = value;
            }

            foreach (var key in recordedEntries.Keys.Where(k => !wantedEntries.ContainsKey(k)))
            {
                var own = Own(map, key);
                if (seen.GetValueOrDefault(key) != own)
                    Patches.Child(patch, map)[key] = own;
            }
        }

        /// <summary>What the template itself says under a key that was given another value; known of the new version only.</summary>
        private string? Own(string map, string key) =>
            map == "labels" && rs.Selector.MatchLabels.TryGetValue(key, out var selected) ? selected
            : rs.Name == at.New?.Name ? (at.Spec.Template ?? default).Member("metadata").Map(map).GetValueOrDefault(key)
            : null;

        private static PodMetadata Recorded(string? text)
        {
            if (string.IsNullOrEmpty(text))
                return Nothing;
            try
            {
                return PodMetadata.Read(JsonElement.Parse(text)) ?? Nothing;
            }
            catch (JsonException)
            {
                // A damaged record names nothing that we could take back.
                return Nothing;
            }
        }
    }
}
