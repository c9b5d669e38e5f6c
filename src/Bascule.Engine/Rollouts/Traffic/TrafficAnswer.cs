namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>What the routers said when they were shown the plan of this pass.</summary>
/// <param name="InForce">Every router's objects are as the plan asks.</param>
public sealed record TrafficAnswer(bool InForce)
{
    /// <summary>The weights have arrived, where a router can tell and the plan asks; null otherwise (TR-24).</summary>
    public bool? Verified { get; init; }

    /// <summary>Why a router could not be asked or could not verify; null when all could.</summary>
    public string? Problem { get; init; }

    /// <summary>The problem is that verification failed, which does not stop the pass (TR-24).</summary>
    public bool IsVerificationProblem { get; init; }
}
