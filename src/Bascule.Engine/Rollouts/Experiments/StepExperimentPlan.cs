using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Experiments;

/// <summary>What a pass over a canary does about its Experiments, and what it learns from them.</summary>
internal sealed record StepExperimentPlan
{
    /// <summary>The Experiment of the current step; null when the step has none yet, or is another kind of step.</summary>
    public Experiment? Current { get; init; }

    /// <summary>The Experiment to create; null for none.</summary>
    public NewExperiment? Create { get; init; }

    /// <summary>Why the Experiment of the step cannot be made; null when it can.</summary>
    public AnalysisReferenceError? Problem { get; init; }

    /// <summary>Experiments to ask for their end (EXS-8).</summary>
    public ImmutableArray<Experiment> Terminate { get; init; } = [];

    /// <summary>Experiments that are beyond the limits of the history, or whose version is gone (GC-4).</summary>
    public ImmutableArray<Experiment> Delete { get; init; } = [];

    /// <summary>The traffic of the current Experiment's versions (EXS-7, TR-26); the stable version gets what is left.</summary>
    public ImmutableArray<WeightDestination> Weights { get; init; } = [];

    /// <summary>The step is done (EXS-5).</summary>
    public bool IsSuccessful => Current?.Status.Phase == AnalysisPhase.Successful;

    /// <summary>The Rollout pauses with the reason InconclusiveExperiment (EXS-5).</summary>
    public bool IsInconclusive => Current?.Status.Phase == AnalysisPhase.Inconclusive;

    /// <summary>Why the Rollout aborts (EXS-5, LIFE-17); null when it does not.</summary>
    public string? AbortCause => Current?.Status is { Phase: AnalysisPhase.Failed or AnalysisPhase.Error, Message: var message }
        ? message.Length > 0 ? $"Experiment analysis phase is error/failed: {message}" : "Experiment analysis phase is error/failed"
        : null;

    /// <summary>
    /// What <c>status.canary.currentExperiment</c> says if the step is not left in this pass (STAT-23); empty for nothing.
    /// One that has ended well is named until the step is: where a user has paused the Rollout, the reference forgets it and
    /// runs another and another.
    /// </summary>
    public string CurrentName => Create?.Name ?? (Current is not null && !IsInconclusive && AbortCause is null ? Current.Name : "");
}

/// <summary>An Experiment to create.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">The whole object.</param>
internal sealed record NewExperiment(string Name, JsonElement Body);
