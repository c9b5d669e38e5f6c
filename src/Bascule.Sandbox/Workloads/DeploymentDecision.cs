using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>What a Deployment's controller sees in one look.</summary>
/// <param name="Deployment">The Deployment.</param>
/// <param name="Sets">The ReplicaSets it controls.</param>
/// <param name="OldPodsRunning">
/// Whether any of the given ReplicaSets (by uid) still has a pod that has not ended, deleted ones included; asked only by
/// Recreate.
/// </param>
/// <param name="Now">The moment of the look.</param>
internal sealed record DeploymentObservation(
    DeploymentFacts Deployment,
    ImmutableArray<ReplicaSetState> Sets,
    Func<string, bool> OldPodsRunning,
    DateTimeOffset Now);

/// <summary>What to do, in this order: write the sets, delete the outlived, note the revision, write the status.</summary>
/// <param name="Sets">ReplicaSets to create or patch.</param>
/// <param name="Outlived">Old ReplicaSets beyond the history limit.</param>
/// <param name="Revision">The revision to note on the Deployment; null when it stands there already.</param>
/// <param name="Status">The status to write.</param>
/// <param name="Scalings">What to tell users about scaled sets.</param>
/// <param name="LookAgainAfter">When the progress deadline must be checked; null when only a change matters.</param>
internal sealed record DeploymentDecision(
    ImmutableArray<ReplicaSetState> Sets,
    ImmutableArray<KubeObject> Outlived,
    string? Revision,
    JsonObject Status,
    ImmutableArray<string> Scalings,
    TimeSpan? LookAgainAfter);
