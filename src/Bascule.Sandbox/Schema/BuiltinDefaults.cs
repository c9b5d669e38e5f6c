using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Defaults of built-in kinds that depend on other fields; the constant ones are in <c>builtin-facts.json</c>.</summary>
internal static class BuiltinDefaults
{
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>Fills them in, in place; the constant defaults must be there already.</summary>
    public static void Apply(string kind, JsonObject obj)
    {
        var spec = obj.Object("spec");
        switch (kind)
        {
            case "Pod":
                Pod(spec);
                break;
            case "PodTemplate":
                PodSpec(obj.Object("template").Object("spec"));
                break;
            case "ReplicaSet" or "ReplicationController" or "Job":
                Template(spec);
                Controller(kind, obj, spec);
                break;
            case "Deployment":
                Template(spec);
                Deployment(spec);
                break;
            case "StatefulSet" or "DaemonSet":
                Template(spec);
                UpdateStrategy(kind, spec);
                break;
            case "CronJob":
                Template(spec.Object("jobTemplate").Object("spec"));
                break;
            case "Service":
                Service(spec);
                break;
            case "Secret":
                Secret(obj);
                break;
            case "Namespace":
                Namespace(obj);
                break;
            case "NetworkPolicy":
                NetworkPolicy(spec);
                break;
            case "HorizontalPodAutoscaler":
                Autoscaler(obj, spec);
                break;
            case "CustomResourceDefinition":
                CustomResource(spec);
                break;
        }
    }

    private static void Template(JsonObject? spec) => PodSpec(spec.Object("template").Object("spec"));

    private static void Pod(JsonObject? spec)
    {
        if (spec is null)
            return;
        Absent(spec, "enableServiceLinks", true);
        // Kubernetes' service account admission does this; `kubectl describe` shows it.
        Absent(spec, "serviceAccountName", "default");
        Absent(spec, "serviceAccount", spec.String("serviceAccountName") ?? "default");
        foreach (var container in ContainerLists.SelectMany(l => spec.Array(l) ?? []).OfType<JsonObject>())
            RequestsFromLimits(container.Object("resources"));
        PodSpec(spec);
    }

    private static void RequestsFromLimits(JsonObject? resources)
    {
        if (resources.Object("limits") is not { Count: > 0 } limits)
            return;
        Absent(resources!, "requests", new JsonObject());
        foreach (var (name, amount) in limits)
            Absent(resources.Object("requests")!, name, amount?.DeepClone());
    }

    private static void PodSpec(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var container in ContainerLists.SelectMany(l => spec.Array(l) ?? []).OfType<JsonObject>())
            Absent(container, "imagePullPolicy", IsLatest(container.String("image") ?? "") ? "Always" : "IfNotPresent");
        foreach (var volume in (spec.Array("volumes") ?? []).OfType<JsonObject>())
        {
            if (volume.All(p => p.Key == "name"))
                volume["emptyDir"] = new JsonObject();
        }
    }

    /// <summary>A tag of latest, or neither tag nor digest, is fetched each time.</summary>
    private static bool IsLatest(string image)
    {
        if (image.Contains('@'))
            return false;
        var last = image[(image.LastIndexOf('/') + 1)..];
        var colon = last.IndexOf(':');
        return colon < 0 || last[(colon + 1)..] == "latest";
    }

    private static void Deployment(JsonObject? spec)
    {
        if (spec.Object("strategy") is not { } strategy || strategy.String("type") != "RollingUpdate")
            return;
        Absent(strategy, "rollingUpdate", new JsonObject());
        Absent(strategy.Object("rollingUpdate"), "maxSurge", "25%");
        Absent(strategy.Object("rollingUpdate"), "maxUnavailable", "25%");
    }

    private static void UpdateStrategy(string kind, JsonObject? spec)
    {
        if (spec.Object("updateStrategy") is not { } strategy || strategy.String("type") != "RollingUpdate")
            return;
        Absent(strategy, "rollingUpdate", new JsonObject());
        var rolling = strategy.Object("rollingUpdate");
        if (kind == "StatefulSet")
        {
            Absent(rolling, "partition", 0);
            return;
        }

        Absent(rolling, "maxSurge", 0);
        Absent(rolling, "maxUnavailable", 1);
    }

    private static void Controller(string kind, JsonObject obj, JsonObject? spec)
    {
        if (spec is null)
            return;
        var labels = spec.Object("template").Object("metadata").Object("labels");
        if (kind == "Job")
        {
            if (spec["completions"] is null && spec["parallelism"] is null)
                spec["completions"] = 1;
            Absent(spec, "parallelism", 1);
        }
        else if (kind == "ReplicationController" && labels is not null)
        {
            Absent(spec, "selector", labels.DeepClone());
        }

        if (kind != "ReplicaSet" && labels is not null && obj.Object("metadata") is { } metadata)
            Absent(metadata, "labels", labels.DeepClone());
    }

    private static void Service(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var port in (spec.Array("ports") ?? []).OfType<JsonObject>())
            Absent(port, "targetPort", port["port"]?.DeepClone());
        if (spec.String("sessionAffinity") == "ClientIP")
        {
            Absent(spec, "sessionAffinityConfig", new JsonObject());
            Absent(spec.Object("sessionAffinityConfig"), "clientIP", new JsonObject());
            Absent(spec.Object("sessionAffinityConfig").Object("clientIP"), "timeoutSeconds", 10800);
        }

        var type = spec.String("type");
        if (type == "ExternalName")
            return;
        Absent(spec, "internalTrafficPolicy", "Cluster");
        Absent(spec, "ipFamilies", new JsonArray("IPv4"));
        Absent(spec, "ipFamilyPolicy", "SingleStack");
        if (spec.String("clusterIP") is { Length: > 0 } address)
            Absent(spec, "clusterIPs", new JsonArray(address));
        if (type is "NodePort" or "LoadBalancer")
            Absent(spec, "externalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer")
            Absent(spec, "allocateLoadBalancerNodePorts", true);
    }

    private static void Secret(JsonObject secret)
    {
        if (secret.Object("stringData") is { } plain)
        {
            Absent(secret, "data", new JsonObject());
            foreach (var (name, value) in plain)
                secret.Object("data")![name] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
        }

        secret.Remove("stringData");
    }

    private static void Namespace(JsonObject obj)
    {
        if (obj.Object("metadata") is not { } metadata || metadata.String("name") is not { } name)
            return;
        Absent(metadata, "labels", new JsonObject());
        metadata.Object("labels")!["kubernetes.io/metadata.name"] = name;
    }

    private static void NetworkPolicy(JsonObject? spec)
    {
        if (spec is not null)
            Absent(spec, "policyTypes", spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress"));
    }

    private static void Autoscaler(JsonObject obj, JsonObject? spec)
    {
        if (spec is null)
            return;
        if (obj.String("apiVersion") == "autoscaling/v1")
        {
            Absent(spec, "targetCPUUtilizationPercentage", 80);
        }
        else if (spec.Array("metrics") is not { Count: > 0 })
        {
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 } },
            });
        }
    }

    private static void CustomResource(JsonObject? spec)
    {
        if (spec is null)
            return;
        Absent(spec, "conversion", new JsonObject { ["strategy"] = "None" });
        if (spec.Object("names") is not { } names || names.String("kind") is not { } kind)
            return;
        Absent(names, "singular", kind.ToLowerInvariant());
        Absent(names, "listKind", kind + "List");
    }

    private static void Absent(JsonObject? parent, string name, JsonNode? value)
    {
        if (parent is not null && value is not null && parent[name] is null)
            parent[name] = value;
    }
}
