using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>What a pass does about the traffic of a routed canary: sets the plan where it is not in force, and records it (TR-21 to TR-24).</summary>
/// <param name="at">The situation.</param>
internal sealed class RoutedTraffic(Situation at)
{
    /// <summary>How soon to look whether weights have arrived, or whether a router can be reached (RT-6).</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly TrafficAnswer? answer = at.Seen.Traffic;
    private TrafficWeights? weights;

    /// <summary>Every router has the traffic where the plan wants it, and none denies that the weights have arrived.</summary>
    public bool IsSettled => answer is { InForce: true, Verified: not false, Unserved.IsEmpty: true };

    /// <summary>
    /// The traffic is settled, and the version that the steps speak of has its share of it. A step that gives it no pods
    /// does not wait for its turn where no other version could take over: it would wait for ever.
    /// </summary>
    public bool IsWithNewVersion => IsSettled && (!TrafficPlanning.IsLeavingAnotherVersion(at) || (at.NextSizes.New == 0 && CanarySizes.StableIsLost(at)));

    /// <summary>What to record.</summary>
    public TrafficWeights? Weights => IsIncomplete ? at.Status.Weights : weights ??= ToRecord();

    /// <summary>What to record of each load balancer (TR-ALB-20).</summary>
    public JsonElement? Albs => IsIncomplete ? at.Status.Albs : answer!.Albs;

    /// <summary>What to record of the last load balancer (TR-ALB-20).</summary>
    public JsonElement? Alb => IsIncomplete ? at.Status.Alb : answer!.Albs is { } all && all.GetArrayLength() > 0 ? all[all.GetArrayLength() - 1] : null;

    private bool Unreachable => answer is null || (answer.Problem is not null && !answer.IsVerificationProblem);

    /// <summary>Not every router has the traffic where it should be, or can tell: what is recorded stays.</summary>
    private bool IsIncomplete => Unreachable || !answer!.Unserved.IsEmpty;

    /// <summary>Sets the plan, and says what keeps it from being in force.</summary>
    public void Run(PassDraft draft)
    {
        if (Unreachable)
        {
            draft.Reasons.Add(new Reason(ReasonKind.WaitingForTraffic, $"the routers cannot be asked: {answer?.Problem ?? "nobody did"}; no pods are taken away until they can")
            {
                Unblock = "correct what the message names",
                LookAgainAfter = LookAgain,
            });
            return;
        }

        if (!answer!.InForce)
            draft.Writes.Add(new SetTraffic(at.TrafficPlan) { Without = answer.Unserved });
        if (!answer.Unserved.IsEmpty)
        {
            draft.Reasons.Add(new Reason(ReasonKind.WaitingForTraffic, $"{answer.UnservedProblem}; until then no step that shares out traffic completes, and no pods are taken away")
            {
                Unblock = "what the message names; it is looked for every ten seconds",
                LookAgainAfter = LookAgain,
            });
            return;
        }

        if (answer.IsVerificationProblem)
            draft.Events.Add(new EmitEvent(true, EventReasons.WeightVerifyError, $"Failed to verify weight: {answer.Problem}"));
        if (answer is { InForce: true, Verified: false })
        {
            draft.Reasons.Add(new Reason(ReasonKind.WaitingForTraffic, $"waiting for the routers to confirm a canary weight of {at.TrafficPlan.Canary.Weight}{(answer.Problem is { } problem ? $": {problem}" : "")}")
            {
                LookAgainAfter = LookAgain,
            });
        }

        if (at.Status.Weights is { } recorded && SameShares(recorded, Weights!))
            return;
        draft.Events.Add(new EmitEvent(false, EventReasons.TrafficWeightUpdated, Told(at.Status.Weights, Weights!)));
    }

    /// <summary>Where <c>canaryService</c> belongs, and what that version must have; null to leave it alone (TR-13, TR-40, TR-41).</summary>
    public (ReplicaSetView? Version, ServiceGuard Guard)? CanaryServiceTarget(bool aborted)
    {
        if (TrafficPlanning.IsLeavingAnotherVersion(at))
            return null;
        if (!aborted)
            return (CanaryServices.NewCannotAnswer(at) ? at.Stable : at.New, ServiceGuard.Available);
        // Going back: at once, where the stable version has somebody to answer; otherwise as soon as nobody is sent there.
        if (at.Canary.DynamicStableScale ? at.TrafficPlan.Canary.Weight == 0 : at.TrafficPlan.Canary.Weight == 0 || at.Stable is { Available: > 0 })
            return (at.Stable, ServiceGuard.None);
        return null;
    }

    private TrafficWeights ToRecord()
    {
        // The Services of the spec, also where ping and pong stand in for them (STAT-20).
        var planned = new TrafficWeights
        {
            Canary = at.TrafficPlan.Canary with { ServiceName = at.Canary.CanaryService },
            Stable = at.TrafficPlan.Stable with { ServiceName = at.Canary.StableService },
            Additional = at.TrafficPlan.Additional,
            Verified = answer is { InForce: true } ? answer.Verified : null,
        };
        return at.Status.Weights is { } recorded && SameShares(recorded, planned) && recorded.Verified == planned.Verified ? recorded : planned;
    }

    private static bool SameShares(TrafficWeights one, TrafficWeights other) =>
        one.Canary == other.Canary && one.Stable == other.Stable && one.Additional.SequenceEqual(other.Additional);

    /// <summary>EV-14.</summary>
    private static string Told(TrafficWeights? before, TrafficWeights after)
    {
        var details = new List<string>();
        if (before is null)
            details.Add($"to {after.Canary.Weight}");
        else if (before.Canary.Weight != after.Canary.Weight)
            details.Add($"from {before.Canary.Weight} to {after.Canary.Weight}");
        if (before is not null && !before.Additional.SequenceEqual(after.Additional))
            details.Add($"additional: [{string.Join(' ', after.Additional.Select(a => $"{{{a.Weight} {a.ServiceName} {a.PodTemplateHash}}}"))}]");
        return $"Traffic weight updated {string.Join(", ", details)}";
    }
}
