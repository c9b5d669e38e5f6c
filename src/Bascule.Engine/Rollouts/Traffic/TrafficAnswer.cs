using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api;

namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>What the routers said when they were shown the plan of this pass.</summary>
/// <param name="InForce">The objects of every router that could be asked are as the plan asks.</param>
public sealed record TrafficAnswer(bool InForce)
{
    /// <summary>The weights have arrived, where a router can tell and the plan asks; null otherwise (TR-24).</summary>
    public bool? Verified { get; init; }

    /// <summary>Why a router could not be asked or could not verify; null when all could.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The routers that work by a kind of objects that the cluster does not serve. They can do nothing; the others go on.
    /// </summary>
    public ImmutableArray<UnservedRouter> Unserved { get; init; } = [];

    /// <summary>What to tell of those routers; empty when there are none.</summary>
    public string UnservedProblem => string.Join("; ", Unserved);

    /// <summary>The reason of the event that tells of the problem.</summary>
    public string ProblemReason { get; init; } = EventReasons.TrafficRoutingError;

    /// <summary>The problem is that verification failed, which does not stop the pass (TR-24).</summary>
    public bool IsVerificationProblem { get; init; }

    /// <summary>What to record of load balancers in <c>status.albs</c>, a list; null for nothing, which also takes back what is recorded (TR-ALB-14, TR-ALB-20).</summary>
    public JsonElement? Albs { get; init; }
}
