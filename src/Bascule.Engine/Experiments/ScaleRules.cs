using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>Brings one ReplicaSet to its size; downwards to nothing only after the delay (EX-8, EX-21).</summary>
/// <param name="seen">What was seen.</param>
/// <param name="template">The version; null when the Experiment does not have it any more.</param>
/// <param name="replicaSet">Its ReplicaSet.</param>
/// <param name="desired">How many pods it shall have.</param>
internal sealed class ScaleRules(ExperimentObservation seen, string? template, ReplicaSetView replicaSet, int desired)
{
    private readonly List<ExperimentEffect> _effects = [];

    /// <summary>The size changes in this pass.</summary>
    public bool Scaled { get; private set; }

    /// <summary>Until when pods that are not needed any more are kept; null when none are.</summary>
    public DateTimeOffset? KeptUntil { get; private set; }

    /// <summary>The effects.</summary>
    public IReadOnlyList<ExperimentEffect> Effects()
    {
        if (replicaSet.Wanted == desired || replicaSet.Meta.DeletionTimestamp is not null)
            return _effects;
        if (desired == 0 && seen.Experiment.Spec.ScaleDownDelaySeconds > 0)
            AfterTheDelay();
        else
            Scale();
        return _effects;
    }

    private void AfterTheDelay()
    {
        if (!replicaSet.Meta.Annotations.TryGetValue(Annotations.ScaleDownDeadline, out var noted))
        {
            var until = seen.Now.AddSeconds(seen.Experiment.Spec.ScaleDownDelaySeconds).ToWholeSeconds();
            KeptUntil = until;
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ScaleDownDeadline] = until.ToApiTime() } } };
            _effects.Add(new DelayScaleDown(replicaSet.Name, until, Patches.Of(replicaSet.Meta, patch)));
        }
        else if (DateTimeOffset.TryParse(noted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var deadline) && deadline > seen.Now)
        {
            KeptUntil = deadline;
        }
        else
        {
            // The delay is over; a note that nobody can read must not keep pods for ever.
            Scale();
        }
    }

    private void Scale()
    {
        Scaled = true;
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = desired } };
        if (desired > 0 && replicaSet.Meta.Annotations.ContainsKey(Annotations.ScaleDownDeadline))
            patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ScaleDownDeadline] = null } };
        var scale = new ScaleExperimentReplicaSet(template, replicaSet.Name, replicaSet.Wanted, desired, Patches.Of(replicaSet.Meta, patch));
        _effects.Add(scale);
        _effects.Add(new EmitExperimentEvent(false, EventReasons.ScalingReplicaSet, $"Scaled {scale.Direction} ReplicaSet {scale.Name} from {scale.From} to {scale.To}"));
    }
}
