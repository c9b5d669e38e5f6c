using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>
/// TrafficSplits of the Service Mesh Interface: their root Service is served under its own names. What another routing
/// object sends to a root Service is split as well (<see cref="Split"/>), as a mesh would.
/// </summary>
internal sealed class SmiSource : IRouteSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.TrafficSplits];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects) => objects.Each(RouteTypes.TrafficSplits, split =>
    {
        var forward = new Forward { Family = RouteFamily.Smi, Source = split.Key, Targets = [new WeightedTarget(Root(split), 1)] };
        return ServiceHosts.Of(new ObjectKey(split.Namespace, Root(split).Name)).Select(host => new RouteRule(host, RuleOrder.Of(RouteFamily.Smi, split, 0), Condition.Always, forward));
    });

    /// <summary>Puts the backends of each split in the place of its root.</summary>
    public static Func<RouteRule, RouteRule> Split(RouteObjects objects)
    {
        var splits = new Dictionary<ObjectKey, KubeObject>();
        foreach (var split in objects.All(RouteTypes.TrafficSplits))
            splits.TryAdd(new ObjectKey(split.Namespace, Root(split).Name), split);
        if (splits.Count == 0)
            return rule => rule;
        return rule => rule with { Forward = rule.Forward with { Targets = [.. rule.Forward.Targets.SelectMany(t => Divide(t, splits))] } };
    }

    /// <summary>A backend that is the root itself is not split again.</summary>
    private static IEnumerable<WeightedTarget> Divide(WeightedTarget target, Dictionary<ObjectKey, KubeObject> splits)
    {
        if (!splits.TryGetValue(new ObjectKey(target.Service.Namespace, target.Service.Name), out var split))
            return [target];
        var backends = split.Root.At("spec").Items("backends").Select(b => (Name: Host(b), Weight: Weight(b))).ToList();
        var total = backends.Sum(b => b.Weight);
        return total <= 0
            ? [target]
            : backends.Select(b => target with { Service = target.Service with { Name = b.Name }, Weight = target.Weight * b.Weight / total, IsCanary = b.Name != target.Service.Name });
    }

    private static ServiceRef Root(KubeObject split) => new(split.Namespace!, Host(split.Root.At("spec")), "");

    private static string Host(JsonElement holder) => ServiceHosts.Parse(holder.Text("service") ?? "", "").Name;

    /// <summary>A whole number, or in the first version of the interface a quantity such as <c>500m</c>.</summary>
    private static double Weight(JsonElement backend) => backend.At("weight") is { ValueKind: JsonValueKind.String } text
        ? Quantity.Parse(JsonValue.Create(text.GetString())) ?? 0
        : backend.Number("weight") ?? 0;
}
