using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Analysis;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Starts, follows and ends the runs of a canary: the step's and the background's (AR rows, LIFE-33).</summary>
/// <param name="at">The situation.</param>
/// <param name="pause">Where an outcome pauses or aborts.</param>
internal sealed class AnalysisRuns(Situation at, PauseDraft pause)
{
    private readonly List<Effect> effects = [];
    private readonly List<EmitEvent> events = [];

    /// <summary>What the status says of the step's run after this pass.</summary>
    public AnalysisRunReference? Step { get; private set; }

    /// <summary>What the status says of the background run after this pass.</summary>
    public AnalysisRunReference? Background { get; private set; }

    /// <summary>The events that the status write tells of (EV-18).</summary>
    public IReadOnlyList<EmitEvent> Events => events;

    /// <summary>The runs that the Rollout controls and that its status does not name.</summary>
    public ImmutableArray<AnalysisRunView> Others => [.. Owned.Where(r => r.Name != at.Status.StepAnalysisRun?.Name && r.Name != at.Status.BackgroundAnalysisRun?.Name)];

    /// <summary>The run of the current step that the status names, if it is there.</summary>
    public AnalysisRunView? CurrentStepRun => Owned.FirstOrDefault(r => r.Name == at.Status.StepAnalysisRun?.Name);

    /// <summary>The background run that the status names, if it is there.</summary>
    public AnalysisRunView? CurrentBackgroundRun => Owned.FirstOrDefault(r => r.Name == at.Status.BackgroundAnalysisRun?.Name);

    private IEnumerable<AnalysisRunView> Owned => at.Seen.AnalysisRuns.Where(r => r.Meta.ControllerUid == at.Rollout.Meta.Uid);

    /// <summary>The effects.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        if (at.Promoted || pause.IsAborted || at.Status.PromoteFull || at.IsFastRollback || at.Status.StableRS.Length == 0)
        {
            Terminate(CurrentStepRun);
            Terminate(CurrentBackgroundRun);
        }
        else
        {
            Step = FollowStep();
            Background = FollowBackground();
        }

        ImmutableArray<AnalysisRunView> others = [.. Others.Where(r => r.Name != Step?.Name && r.Name != Background?.Name)];
        foreach (var run in others)
            Terminate(run);
        effects.AddRange(History.OldRuns(at, others));
        Tell(RolloutTypes.Step, at.Status.StepAnalysisRun, Step);
        Tell(RolloutTypes.Background, at.Status.BackgroundAnalysisRun, Background);
        return effects;
    }

    private AnalysisRunReference? FollowStep()
    {
        if (!at.Status.PauseConditions.IsEmpty || at.Status.Abort)
            return CurrentStepRun is { } shown ? Reference(shown) : at.Status.StepAnalysisRun;
        var index = Revisions.Text(at.StepIndex ?? 0);
        if (at.Step is not AnalysisStep { Analysis: { Templates.IsEmpty: false } analysis }
            || (CurrentStepRun is { } earlier && earlier.Meta.Labels.GetValueOrDefault(Labels.StepIndex) != index))
        {
            Terminate(CurrentStepRun);
            return null;
        }

        if (NeedsNew(CurrentStepRun))
            return Start(analysis, AnalysisPlace.Step, index);
        return Follow(CurrentStepRun!, "Step-based analysis phase error/failed");
    }

    private AnalysisRunReference? FollowBackground()
    {
        if (at.Canary.Analysis is not { Templates.IsEmpty: false } analysis)
        {
            Terminate(CurrentBackgroundRun);
            return null;
        }

        if (at.Status.CurrentPodHash.Length == 0 || (at.StepIndex is { } index && index < (analysis.StartingStep ?? 0)))
        {
            // Dropped from the status it is one of the others in the next pass; ended here, nothing is left to do then.
            Terminate(CurrentBackgroundRun);
            return null;
        }

        if (at.HasPause(PauseReasons.InconclusiveAnalysisRun))
            return CurrentBackgroundRun is { } shown ? Reference(shown) : at.Status.BackgroundAnalysisRun;
        if (NeedsNew(CurrentBackgroundRun))
            return Start(analysis, AnalysisPlace.Background, null);
        return Follow(CurrentBackgroundRun!, "Background analysis phase error/failed");
    }

    /// <summary>LIFE-33.</summary>
    private bool NeedsNew(AnalysisRunView? current)
    {
        if (current is null)
            return true;
        if (at.Status.ControllerPause && !at.HasPause(PauseReasons.CanaryPauseStep) && !at.HasPause(PauseReasons.BlueGreenPause))
            return current.Phase == AnalysisPhase.Inconclusive;
        return at.Status.AbortedAt is not null;
    }

    /// <summary>AR-3, LIFE-17.</summary>
    private AnalysisRunReference Follow(AnalysisRunView run, string abortCause)
    {
        if (run.Phase == AnalysisPhase.Inconclusive)
            pause.Add(PauseReasons.InconclusiveAnalysisRun);
        else if (run.Phase is AnalysisPhase.Failed or AnalysisPhase.Error)
            pause.Abort(run.Message.Length > 0 ? $"{abortCause}: {run.Message}" : abortCause);
        return Reference(run);
    }

    private static AnalysisRunReference Reference(AnalysisRunView run) => new(run.Name, run.Phase.Text(), run.Message);

    /// <summary>Takes the first name that is free, or an unfinished run of ours that measures the same (NAME-9, NAME-10).</summary>
    private AnalysisRunReference? Start(RolloutAnalysis analysis, AnalysisPlace place, string? stepIndex)
    {
        var path = AnalysisReferences.TemplatesPath(place, at.StepIndex ?? 0);
        var built = AnalysisRunSpecs.Build(analysis, ReferenceValidation.Templates(at.Seen).Found, at.NewHash, at.Stable?.Hash ?? "", at.Rollout.Root, path);
        if (built.Failed(out _))
            return null;
        var spec = Patches.Element(built.Value);
        var revision = at.Rollout.Meta.Annotations.GetValueOrDefault(Annotations.Revision, "");
        var baseName = $"{at.Rollout.Name}-{at.NewHash}-{revision}{(stepIndex is null ? "" : "-" + stepIndex)}";
        var claim = AnalysisRunClaim.For(baseName, at.Seen.AnalysisRuns, at.Rollout.Meta.Uid, spec);
        if (claim.Existing is { } existing)
            return Reference(existing);
        effects.Add(new CreateAnalysisRun(claim.Name, Body(claim.Name, spec, analysis, stepIndex, revision)));
        return new AnalysisRunReference(claim.Name, "", "");
    }

    /// <summary>NAME-11.</summary>
    private JsonElement Body(string name, JsonElement spec, RolloutAnalysis analysis, string? stepIndex, string revision)
    {
        var labels = new JsonObject
        {
            [Labels.PodTemplateHash] = at.NewHash,
            [Labels.RolloutType] = stepIndex is null ? RolloutTypes.Background : RolloutTypes.Step,
        };
        if (stepIndex is not null)
            labels[Labels.StepIndex] = stepIndex;
        if (at.Rollout.Meta.Labels.TryGetValue(Labels.InstanceId, out var instance))
            labels[Labels.InstanceId] = instance;
        foreach (var (key, value) in analysis.RunLabels.Concat(at.Spec.Selector!.MatchLabels))
            labels[key] = value;
        var annotations = new JsonObject { [Annotations.Revision] = revision };
        foreach (var (key, value) in analysis.RunAnnotations)
            annotations[key] = value;
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = Rollout.ApiVersion,
            ["kind"] = "AnalysisRun",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = at.Rollout.Meta.Namespace,
                ["labels"] = labels,
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(NewReplicaSet.OwnerReference(at.Rollout)),
            },
            ["spec"] = Patches.Node(spec),
        });
    }

    private void Terminate(AnalysisRunView? run)
    {
        if (run is not null && !run.Terminating && !run.Phase.IsCompleted() && run.Meta.DeletionTimestamp is null)
            effects.Add(new TerminateAnalysisRun(run.Name, Patches.Terminate));
    }

    private void Tell(string type, AnalysisRunReference? before, AnalysisRunReference? after)
    {
        if (after is not { Status.Length: > 0 } || (before is not null && (before.Name != after.Name || before.Status == after.Status)))
            return;
        var warning = after.Status is "Failed" or "Error";
        events.Add(new EmitEvent(warning, EventReasons.AnalysisRunPrefix + after.Status, $"{type} Analysis Run '{after.Name}' Status New: '{after.Status}' Previous: '{before?.Status ?? "NoPreviousStatus"}'"));
    }
}
