using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic.Alb.Aws;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>One look at the load balancers of a Rollout.</summary>
/// <param name="checks">How.</param>
/// <param name="events">Told what AWS says.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="plan">The weights that there should be.</param>
internal sealed class AlbLook(LoadBalancerChecks checks, IEventSink events, Rollout rollout, TrafficPlan plan)
{
    /// <summary>The Services that target groups were made for; ping-pong goes before those of the spec (TR-C-24).</summary>
    public ServicePair Services { get; } = plan.PingPong ?? new(rollout.Spec.Canary!.CanaryService, rollout.Spec.Canary.StableService);

    /// <summary>Looks at the load balancers of an Ingress.</summary>
    /// <param name="ingress">The Ingress.</param>
    /// <param name="hostnames">Where they are reached.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    /// <returns>Whether all of them have the weights, which they have not before there are any; and what to record.</returns>
    /// <exception cref="AwsException">AWS cannot be asked.</exception>
    public async Task<(bool Verified, AlbStatus Status)> AtAsync(KubeObject ingress, ImmutableArray<string> hostnames, CancellationToken cancellationToken)
    {
        var (verified, status) = (!hostnames.IsEmpty, new AlbStatus(ingress.Name));
        foreach (var hostname in hostnames)
        {
            if (await checks.LoadBalancers.FindAsync(hostname, cancellationToken) is not { } balancer)
            {
                Tell(EventSeverity.Warning, TrafficEventReasons.LoadBalancerNotFound, $"Failed to find load balancer: {hostname}");
                verified = false;
                continue;
            }

            var groups = await checks.LoadBalancers.TargetGroupsAsync(balancer.Arn, cancellationToken);
            status = status with { LoadBalancer = balancer, Canary = GroupOf(groups, ingress, Services.Canary), Stable = GroupOf(groups, ingress, Services.Stable) };
            if (plan.Verify)
                verified &= HasWeights(ingress, groups, status, await checks.LoadBalancers.ForwardsAsync(balancer.Arn, cancellationToken));
        }

        return (verified, status);
    }

    /// <summary>Tells of the Rollout.</summary>
    public void Tell(EventSeverity severity, string reason, string message) => events.Record(new KubeEvent(ObjectRouter.About(rollout), severity, reason, message));

    /// <summary>
    /// Every rule that shares out requests between the two versions has the weights. The incumbent counts the last rule alone;
    /// but each listener has its own, and the rule of a header route leads to the canary alone whatever its weight.
    /// </summary>
    private bool HasWeights(KubeObject ingress, ImmutableArray<TargetGroup> groups, AlbStatus status, ImmutableArray<ImmutableDictionary<string, int>> forwards)
    {
        ImmutableArray<ImmutableDictionary<string, int>> sharing =
            [.. forwards.Where(f => status is { Canary: { } canary, Stable: { } stable } && f.ContainsKey(canary.Arn) && f.ContainsKey(stable.Arn))];
        var verified = IsVerified(Services.Canary, status.Canary, plan.Canary.Weight, sharing);
        foreach (var one in plan.Additional)
            verified &= IsVerified(one.ServiceName, GroupOf(groups, ingress, one.ServiceName), one.Weight, sharing);
        return verified;
    }

    private bool IsVerified(string service, TargetGroup? group, int weight, ImmutableArray<ImmutableDictionary<string, int>> sharing)
    {
        ImmutableArray<int?> current = group is null ? [] : [.. sharing.Select(f => f.TryGetValue(group.Arn, out var found) ? found : (int?)null).Distinct()];
        var about = $"Service {service} (TargetGroup {group?.Arn ?? "unknown"})";
        if (current is [{ } only] && only == weight)
        {
            Tell(EventSeverity.Normal, TrafficEventReasons.TargetGroupVerified, $"{about} verified: canary weight {weight} set");
            return true;
        }

        var seen = current.IsEmpty ? "none" : string.Join(", ", current.Select(c => c?.ToString(CultureInfo.InvariantCulture) ?? "none"));
        Tell(EventSeverity.Warning, TrafficEventReasons.TargetGroupUnverified, $"{about} not verified: canary weight {weight} not yet set (current: {seen})");
        return false;
    }

    /// <summary>TR-ALB-17.</summary>
    private TargetGroup? GroupOf(ImmutableArray<TargetGroup> groups, KubeObject ingress, string service)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{rollout.Meta.Namespace}/{ingress.Name}-{service}:{rollout.Spec.Canary!.TrafficRouting!.Alb!.ServicePort}");
        return groups.FirstOrDefault(g => g.Tags.GetValueOrDefault(checks.ResourceTag) == id);
    }
}
