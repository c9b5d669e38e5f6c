using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.AppMesh;

/// <summary>Which pods a VirtualNode stands for (TR-MSH-05).</summary>
internal static class VirtualNodeEdit
{
    /// <summary>What a node selects while its version has no pods of its own: nothing, and never what the other node selects.</summary>
    private const string NoStable = "stable-hash";
    private const string NoCanary = "canary-hash";

    /// <summary>The hashes that the two nodes select.</summary>
    public static (string Stable, string Canary) HashesOf(TrafficPlan plan)
    {
        var stable = plan.Stable.PodTemplateHash is { Length: > 0 } hash ? hash : NoStable;
        return (stable, plan.Canary.PodTemplateHash is { Length: > 0 } canary && canary != stable ? canary : NoCanary);
    }

    /// <summary>A copy of the node that selects one version's pods; its other labels stay.</summary>
    public static JsonObject Edited(KubeObject node, Rollout rollout, string hash)
    {
        var after = node.ToNode();
        after.Child("metadata").Child("annotations").SetText(Annotations.ManagedBy, rollout.Name);
        after.Child("spec").Child("podSelector").Child("matchLabels").SetText(Labels.PodTemplateHash, hash);
        return after;
    }
}
