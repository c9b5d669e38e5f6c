using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>What the API server adds to objects, as far as a controller can notice.</summary>
internal static class ServerRules
{
    /// <summary>Status is written through its own endpoint only. Analysis kinds and Experiments have none (RT-20).</summary>
    public static bool HasStatus(ResourceType type) =>
        type.Plural is "rollouts" or "replicasets" or "services" or "pods" or "deployments" or "jobs" or "nodes";

    /// <summary>The generation counts changes of what is wanted.</summary>
    public static bool HasGeneration(ResourceType type) => type.Group.Length > 0;

    /// <summary>Fills in what a real server fills in, as far as workloads and their pods go.</summary>
    public static void Default(ResourceType type, JsonObject body)
    {
        if (type.Plural is not ("replicasets" or "deployments") || body["spec"] is not JsonObject spec)
            return;
        Set(spec, "replicas", 1);
        if (spec["template"]?["spec"] is not JsonObject pod)
            return;
        Set(pod, "dnsPolicy", "ClusterFirst");
        Set(pod, "restartPolicy", "Always");
        Set(pod, "schedulerName", "default-scheduler");
        Set(pod, "terminationGracePeriodSeconds", 30);
        foreach (var container in (pod["containers"] as JsonArray ?? []).OfType<JsonObject>())
        {
            Set(container, "imagePullPolicy", "IfNotPresent");
            Set(container, "terminationMessagePath", "/dev/termination-log");
            Set(container, "terminationMessagePolicy", "File");
        }
    }

    private static void Set(JsonObject target, string name, JsonNode value)
    {
        if (target[name] is null)
            target[name] = value;
    }
}
