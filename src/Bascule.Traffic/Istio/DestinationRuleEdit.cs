using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Istio;

/// <summary>
/// Points the subsets of the two versions at their pods (TR-IST-22, TR-IST-23). Other subsets are left alone: the
/// incumbent drops them (TR-IST-24), and an Experiment's versions are reached by their Services.
/// </summary>
internal sealed class DestinationRuleEdit(Rollout rollout, IstioDestinationRule rule, TrafficPlan plan)
{
    /// <summary>What users are told of a change.</summary>
    public RoutingNote Note => new(
        TrafficEventReasons.UpdatedDestinationRule,
        $"DestinationRule {rule.Name} subset updated ({rule.CanarySubsetName}: {plan.Canary.PodTemplateHash}, {rule.StableSubsetName}: {plan.Stable.PodTemplateHash})");

    /// <summary>The object as it should be.</summary>
    /// <exception cref="TrafficRoutingException">It has not both subsets.</exception>
    public JsonObject Edited(KubeObject found)
    {
        var after = found.ToNode();
        Point(after, rule.CanarySubsetName, plan.Canary.PodTemplateHash);
        Point(after, rule.StableSubsetName, plan.Stable.PodTemplateHash);
        after.Child("metadata").Child("annotations")[Annotations.ManagedBy] = rollout.Name;
        return after;
    }

    private void Point(JsonObject after, string name, string hash)
    {
        var subset = after.ObjectAt("spec").ObjectsAt("subsets").FirstOrDefault(s => s.TextAt("name") == name)
            ?? throw new TrafficRoutingException($"DestinationRule `{rule.Name}` has no subset \"{name}\"");
        if (hash.Length > 0)
            subset.Child("labels")[Labels.PodTemplateHash] = hash;
        else
            subset.ObjectAt("labels")?.Remove(Labels.PodTemplateHash);
    }
}
