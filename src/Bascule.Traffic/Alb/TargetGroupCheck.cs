using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic.Alb.Aws;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>
/// Asks AWS whether the pods that a Service leads to are registered in its target groups (TR-ALB-21). Reads live: it is asked
/// for a few passes after a Service was switched.
/// </summary>
/// <param name="checks">How.</param>
/// <param name="client">The cluster.</param>
/// <param name="bindings">The type of TargetGroupBindings.</param>
/// <param name="events">Told what AWS says.</param>
public sealed class TargetGroupCheck(LoadBalancerChecks checks, IKubeClient client, ResourceType bindings, IEventSink events)
{
    /// <summary>True when all pods are registered, healthy or not; or when no target group of pod addresses is bound to the Service.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="service">A Service of it.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    /// <exception cref="KubeException">The cluster does not answer, or refuses.</exception>
    public async Task<bool> AreRegisteredAsync(Rollout rollout, string service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var space = rollout.Meta.Namespace;
        var bound = await BoundAsync(space, service, cancellationToken);
        if (bound.IsEmpty)
            return true;
        var found = (await client.GetAsync(ResourceTypes.Services, new(space, service), cancellationToken)).Root;
        var subsets = (await client.GetAsync(ResourceTypes.Endpoints, new(space, service), cancellationToken)).Root.Items("subsets").ToImmutableArray();
        if (!await AreCurrentAsync(space, found, subsets, cancellationToken))
            return false;
        foreach (var binding in bound)
        {
            if (PortName(found, binding) is { } port && !await IsRegisteredAsync(rollout, service, binding.Text("targetGroupARN") ?? "", Addresses(subsets, port), cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>The bindings of the Service by pod addresses; none where the cluster does not know such bindings.</summary>
    private async Task<ImmutableArray<JsonElement>> BoundAsync(string space, string service, CancellationToken cancellationToken)
    {
        try
        {
            var all = await client.ListAsync(bindings, space, ListOptions.All, cancellationToken);
            return [.. all.Items.Select(b => b.Root.Member("spec")).Where(s => s.Member("serviceRef").Text("name") == service && s.Text("targetType") == "ip")];
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return [];
        }
    }

    /// <summary>
    /// The endpoints lead to pods of the version that the Service selects, and to no others: they follow a switch with some
    /// delay. The incumbent takes the old pods, which are registered, for the new ones.
    /// </summary>
    private async Task<bool> AreCurrentAsync(string space, JsonElement service, ImmutableArray<JsonElement> subsets, CancellationToken cancellationToken)
    {
        var hash = service.Member("spec").Member("selector").Text(Labels.PodTemplateHash);
        var options = new ListOptions { LabelSelector = $"{Labels.PodTemplateHash}={hash}" };
        var pods = (await client.ListAsync(ResourceTypes.Pods, space, options, cancellationToken)).Items.Select(p => p.Root.Member("status").Text("podIP")).ToHashSet(StringComparer.Ordinal);
        var addresses = subsets.SelectMany(s => s.Items("addresses")).Select(a => a.Text("ip")).ToList();
        return addresses.Count > 0 && addresses.TrueForAll(pods.Contains);
    }

    private async Task<bool> IsRegisteredAsync(Rollout rollout, string service, string group, ImmutableHashSet<string> addresses, CancellationToken cancellationToken)
    {
        var about = $"Service {service} (TargetGroup {group})";
        ImmutableHashSet<string> targets;
        try
        {
            targets = await checks.LoadBalancers.TargetsAsync(group, cancellationToken);
        }
        catch (AwsException e)
        {
            Tell(rollout, EventSeverity.Warning, TrafficEventReasons.TargetGroupVerifyError, $"Failed to verify {about}: {e.Message}");
            return false;
        }

        var registered = addresses.Count(targets.Contains);
        if (registered < addresses.Count)
        {
            Tell(rollout, EventSeverity.Warning, TrafficEventReasons.TargetGroupUnverified, $"{about} not verified: {registered}/{addresses.Count} endpoints registered");
            return false;
        }

        Tell(rollout, EventSeverity.Normal, TrafficEventReasons.TargetGroupVerified, $"{about} verified: {registered} endpoints registered");
        return true;
    }

    private void Tell(Rollout rollout, EventSeverity severity, string reason, string message) => events.Record(new KubeEvent(ObjectRouter.About(rollout), severity, reason, message));

    /// <summary>The name of the Service's port that a binding is for, by which endpoints name theirs; null when the Service has none such.</summary>
    private static string? PortName(JsonElement service, JsonElement binding)
    {
        var reference = binding.Member("serviceRef");
        var wanted = reference.Text("port") ?? reference.Long("port")?.ToString(CultureInfo.InvariantCulture);
        foreach (var port in service.Member("spec").Items("ports"))
        {
            if (port.Text("name") == wanted || port.Long("port")?.ToString(CultureInfo.InvariantCulture) == wanted)
                return port.Text("name") ?? "";
        }

        return null;
    }

    private static ImmutableHashSet<string> Addresses(ImmutableArray<JsonElement> subsets, string port) =>
    [
        .. from subset in subsets
           from one in subset.Items("ports")
           where (one.Text("name") ?? "") == port
           from address in subset.Items("addresses")
           select string.Create(CultureInfo.InvariantCulture, $"{address.Text("ip")}:{one.Long("port")}"),
    ];
}
