using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Istio;

/// <summary>DestinationRules: their subsets select every version again (TR-IST-33, GC-9).</summary>
/// <param name="types">In which versions.</param>
internal sealed class ManagedDestinationRules(RoutingTypes types) : ManagedObjects
{
    /// <inheritdoc/>
    public override ResourceType Type => types.DestinationRules;

    /// <inheritdoc/>
    public override IEnumerable<string> NamedBy(Rollout rollout) =>
        rollout.Spec.Canary?.TrafficRouting?.Istio?.DestinationRule is { } rule ? [rule.Name] : [];

    /// <inheritdoc/>
    public override IEnumerable<string> ManagersOf(KubeObject found) => found.Annotations.TryGetValue(Annotations.ManagedBy, out var manager) ? [manager] : [];

    /// <inheritdoc/>
    protected override JsonObject Without(KubeObject found, IReadOnlyCollection<string> rollouts)
    {
        var after = found.ToNode();
        after.ObjectAt("metadata").ObjectAt("annotations")?.Remove(Annotations.ManagedBy);
        foreach (var subset in after.ObjectAt("spec").ObjectsAt("subsets"))
            subset.ObjectAt("labels")?.Remove(Labels.PodTemplateHash);
        return after;
    }
}
