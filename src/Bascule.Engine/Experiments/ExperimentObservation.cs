using System.Collections.Immutable;
using Bascule.Api.Experiments;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>Everything one pass over an Experiment has read, and now. Objects of other owners are harmless here; they are not touched.</summary>
public sealed record ExperimentObservation
{
    /// <summary>The Experiment.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>The ReplicaSets that the Experiment controls, and those whose name a new one would take (<see cref="ExperimentNames.ReplicaSet"/>).</summary>
    public ImmutableArray<ReplicaSetView> ReplicaSets { get; init; } = [];

    /// <summary>The Services that the Experiment controls, and those whose name a new one would take (<see cref="ExperimentNames.Service"/>).</summary>
    public ImmutableArray<ServiceView> Services { get; init; } = [];

    /// <summary>The AnalysisRuns that the Experiment controls, and those whose name a new one would take (<see cref="ExperimentNames.AnalysisRun"/>).</summary>
    public ImmutableArray<AnalysisRunView> AnalysisRuns { get; init; } = [];

    /// <summary>The templates that the analyses name and that exist, and those that they name in turn.</summary>
    public ImmutableArray<TemplateView> Templates { get; init; } = [];

    /// <summary>What an earlier decision of this pass asked to read past the cache: what is not among the objects above is not there.</summary>
    public ImmutableHashSet<LookUp> LookedUp { get; init; } = [];

    /// <summary>The time of this pass.</summary>
    public required DateTimeOffset Now { get; init; }
}
