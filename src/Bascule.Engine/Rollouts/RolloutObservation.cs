using System.Collections.Immutable;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Plugins;
using Bascule.Engine.Rollouts.Referenced;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts;

/// <summary>Everything one pass has read, and now. Objects of other owners are harmless here; they are not touched.</summary>
public sealed record RolloutObservation
{
    /// <summary>The Rollout.</summary>
    public required Rollout Rollout { get; init; }

    /// <summary>The workload that <c>spec.workloadRef</c> names, which <see cref="RolloutDecider.TakeOver"/> was called with; null when there is none.</summary>
    public WorkloadView? Workload { get; init; }

    /// <summary>
    /// The ReplicaSets that the Rollout controls, those without a controller that its selector matches, and the one
    /// named <see cref="RolloutDecider.NewReplicaSetName"/> if it exists, whoever controls it.
    /// </summary>
    public ImmutableArray<ReplicaSetView> ReplicaSets { get; init; } = [];

    /// <summary>The Services that <see cref="RolloutDecider.ServicesReferenced"/> names and that exist.</summary>
    public ImmutableArray<ServiceView> Services { get; init; } = [];

    /// <summary>The pods of the versions that <see cref="RolloutDecider.PodsWanted"/> names; null when that asks for none, or nobody looked.</summary>
    public ImmutableArray<PodView>? Pods { get; init; }

    /// <summary>
    /// What the routers said of <see cref="RolloutDecider.TrafficWanted"/>; null when that asks for nothing, or nobody
    /// asked them.
    /// </summary>
    public TrafficAnswer? Traffic { get; init; }

    /// <summary>Load balancers are asked here whether they know the pods that a Service was switched to (BG-18, TR-53).</summary>
    public bool ChecksTargets { get; init; }

    /// <summary>Whether the load balancer of <see cref="RolloutDecider.TargetsWanted"/> knows the pods; null when that names no Service, or nobody asked.</summary>
    public bool? TargetsRegistered { get; init; }

    /// <summary>
    /// The routers that can be driven here, by their field in <c>trafficRouting</c>, plugins by <c>plugins/</c> and their name.
    /// </summary>
    public ImmutableArray<string> Routers { get; init; } = [];

    /// <summary>What came of the <see cref="Decision.PluginCall"/> that a decision about this observation asked for; null before it was made.</summary>
    public StepPluginAnswer? PluginAnswer { get; init; }

    /// <summary>The AnalysisRuns that the Rollout controls, and those whose name a new run would take.</summary>
    public ImmutableArray<AnalysisRunView> AnalysisRuns { get; init; } = [];

    /// <summary>The Experiments that the Rollout controls, and those whose name a step's Experiment would take.</summary>
    public ImmutableArray<Experiment> Experiments { get; init; } = [];

    /// <summary>
    /// The templates that <see cref="RolloutDecider.TemplatesReferenced"/> names and that exist, and those that they
    /// name in turn.
    /// </summary>
    public ImmutableArray<TemplateView> Templates { get; init; } = [];

    /// <summary>
    /// The routing objects that <see cref="RolloutDecider.ObjectsReferenced(Rollout)"/> names and that exist, and those
    /// that they name in turn.
    /// </summary>
    public ImmutableArray<ReferencedObject> Objects { get; init; } = [];

    /// <summary>The kinds of routing objects that somebody looks at here; of other kinds nothing is known, nor asked.</summary>
    public ImmutableArray<ReferencedKind> KindsSeen { get; init; } = [];

    /// <summary>The value of <c>--instance-id</c> of this controller; null for none (KEY-9).</summary>
    public string? InstanceId { get; init; }

    /// <summary>The time of this pass.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>A Service; null when it does not exist or the Rollout does not name it.</summary>
    internal ServiceView? Service(string name)
    {
        foreach (var service in Services)
        {
            if (service.Meta.Name == name)
                return service;
        }

        return null;
    }

    /// <summary>A routing object; null when it does not exist or nobody looks at its kind.</summary>
    internal ReferencedObject? Find(ObjectReference reference) => Objects.FirstOrDefault(o => o.Reference == reference);

    /// <summary>True when it is known that a routing object does not exist.</summary>
    internal bool IsMissing(ObjectReference reference) => KindsSeen.Contains(reference.Kind) && Find(reference) is null;
}
