using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic.Alb.Aws;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>
/// Asks AWS whether load balancers have taken the weights that the annotations ask for (TR-ALB-15 to TR-ALB-20). It is asked
/// where a plan wants it, and until the status says which load balancers there are; not again once it has said yes.
/// </summary>
/// <param name="checks">How.</param>
/// <param name="ingresses">The type of Ingresses.</param>
/// <param name="events">Told what AWS says.</param>
internal sealed class AlbVerification(LoadBalancerChecks checks, ResourceType ingresses, IEventSink events)
{
    /// <summary>What AWS says of a plan that the annotations are in step with.</summary>
    /// <exception cref="TrafficRoutingException">An Ingress is missing.</exception>
    public async Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, IObjectCache objects, CancellationToken cancellationToken)
    {
        var canary = rollout.Spec.Canary!;
        var names = canary.TrafficRouting!.Alb!.All;
        ImmutableArray<KubeObject> found = [.. names.Select(name => RoutingRules.Existing(objects, ingresses, new(rollout.Meta.Namespace, name)))];
        var answer = new TrafficAnswer(true) { Albs = rollout.Status.Albs, Verified = plan.Verify ? true : null };
        if (!HasGaps(rollout.Status, found) && (!plan.Verify || IsVerified(rollout.Status.Weights, plan)))
            return answer;

        var look = new AlbLook(checks, events, rollout, plan);
        try
        {
            var (verified, seen) = (true, ImmutableArray.CreateBuilder<AlbStatus>());
            foreach (var ingress in found)
            {
                var (one, status) = await look.AtAsync(ingress, Hostnames(ingress), cancellationToken);
                verified &= one;
                seen.Add(status);
            }

            return answer with { Verified = plan.Verify ? verified : null, Albs = AlbStatus.Write(seen) };
        }
        catch (AwsException e)
        {
            look.Tell(EventSeverity.Warning, TrafficEventReasons.TargetGroupVerifyError, $"Failed to verify Service {look.Services.Canary} (TargetGroup unknown): {e.Message}");
            return plan.Verify ? answer with { Verified = false, Problem = e.Message, IsVerificationProblem = true } : answer;
        }
    }

    /// <summary>The names by which the Ingress' load balancers are reached; none before they are made.</summary>
    private static ImmutableArray<string> Hostnames(KubeObject ingress) =>
        [.. ingress.Root.Member("status").Member("loadBalancer").Items("ingress").Select(i => i.Text("hostname")).OfType<string>().Where(h => h.Length > 0)];

    /// <summary>The status does not speak of these Ingresses, or not yet of a load balancer that is there by now.</summary>
    private static bool HasGaps(RolloutStatus status, ImmutableArray<KubeObject> found) =>
        AlbStatus.Read(status.Albs) is not { } known || !known.Select(k => k.Ingress).SequenceEqual(found.Select(i => i.Name))
        || known.Zip(found).Any(pair => !pair.First.IsKnown && !Hostnames(pair.Second).IsEmpty);

    /// <summary>AWS said so before, of the same shares.</summary>
    private static bool IsVerified(TrafficWeights? recorded, TrafficPlan plan) =>
        recorded is { Verified: true } weights && Same(weights.Canary, plan.Canary) && weights.Additional.SequenceEqual(plan.Additional);

    private static bool Same(WeightDestination one, WeightDestination other) => one.Weight == other.Weight && one.PodTemplateHash == other.PodTemplateHash;
}
