using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Experiments;

/// <summary>The name that the Experiment of a step gets, or the one that already does its work (NAME-12).</summary>
/// <param name="Name">The name.</param>
/// <param name="Existing">The Experiment to go on with; null when one has to be made.</param>
internal sealed record StepExperimentClaim(string Name, Experiment? Existing)
{
    /// <summary>Takes the first name that is free, or an unfinished Experiment of the Rollout that wants the same.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="newHash">The new version.</param>
    /// <param name="stepIndex">The step.</param>
    /// <param name="seen">All Experiments whose name could be in the way: those that begin with <see cref="BaseName"/>.</param>
    /// <param name="spec">What is wanted.</param>
    public static StepExperimentClaim For(Rollout rollout, string newHash, int stepIndex, ImmutableArray<Experiment> seen, JsonElement spec)
    {
        var baseName = BaseName(rollout, newHash, stepIndex);
        for (var collision = 0; ; collision++)
        {
            var name = collision == 0 ? baseName : string.Create(CultureInfo.InvariantCulture, $"{baseName}-{collision}");
            if (seen.FirstOrDefault(e => e.Name == name) is not { } existing)
                return new(name, null);
            if (IsUnderWay(existing) && existing.Meta.ControllerUid == rollout.Meta.Uid && SameSpec(SpecOf(existing), spec))
                return new(name, existing);
        }
    }

    /// <summary>The name without collisions.</summary>
    public static string BaseName(Rollout rollout, string newHash, int stepIndex) =>
        string.Create(CultureInfo.InvariantCulture, $"{rollout.Name}-{newHash}-{Revision(rollout)}-{stepIndex}");

    /// <summary>True when two specs want the same Experiment. Whether it was asked to end does not count, nor whether something empty is written.</summary>
    public static bool SameSpec(JsonElement one, JsonElement other) => JsonNode.DeepEquals(Wanted(one), Wanted(other));

    /// <summary>The object to create (NAME-13). It has the hash that the ReplicaSet really has, by which it is kept and deleted (GC-2, GC-4).</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="newHash">The new version.</param>
    /// <param name="spec">What is wanted.</param>
    public JsonElement Body(Rollout rollout, string newHash, JsonElement spec)
    {
        // The instance id is one of the Rollout's labels.
        var labels = new JsonObject(rollout.Meta.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) { [Labels.PodTemplateHash] = newHash };
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = Rollout.ApiVersion,
            ["kind"] = Experiment.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = rollout.Meta.Namespace,
                ["labels"] = labels,
                ["annotations"] = new JsonObject { [Annotations.Revision] = Revision(rollout) },
                ["ownerReferences"] = new JsonArray(OwnerReferences.Controller(Rollout.Kind, rollout.Meta)),
            },
            ["spec"] = Patches.Node(spec),
        });
    }

    /// <summary>
    /// One that was asked to end cannot do the work any more. The reference takes it up all the same, so that after an abort
    /// and a quick retry the step counts as done although its Experiment was cut off.
    /// </summary>
    private static bool IsUnderWay(Experiment existing) =>
        !existing.Status.Phase.IsCompleted() && !existing.Spec.Terminate && existing.Meta.DeletionTimestamp is null;

    private static string Revision(Rollout rollout) => rollout.Meta.Annotations.GetValueOrDefault(Annotations.Revision, "");

    private static JsonElement SpecOf(Experiment experiment) => Api.Json.TolerantReading.Member(experiment.Root, "spec");

    private static JsonNode? Wanted(JsonElement spec)
    {
        var wanted = WithoutEmpties(Patches.Node(spec));
        (wanted as JsonObject)?.Remove("terminate");
        return wanted;
    }

    private static JsonNode? WithoutEmpties(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var kept = new JsonObject();
                foreach (var (key, value) in map)
                {
                    if (WithoutEmpties(value) is { } child)
                        kept[key] = child;
                }

                return kept.Count == 0 ? null : kept;
            case JsonArray list:
                return list.Count == 0 ? null : new JsonArray([.. list.Select(WithoutEmpties)]);
            default:
                return node?.DeepClone();
        }
    }
}
