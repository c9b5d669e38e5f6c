using System.Text.Json.Nodes;

namespace Bascule.Engine.Templates;

/// <summary>The defaults that the API server gives to a pod template, for comparing one that has them with one that has not.</summary>
internal static class PodTemplateDefaults
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];

    /// <summary>Sets what is missing in a pod spec.</summary>
    public static void Apply(JsonObject spec)
    {
        Set(spec, "dnsPolicy", "ClusterFirst");
        Set(spec, "restartPolicy", "Always");
        Set(spec, "terminationGracePeriodSeconds", 30);
        Set(spec, "schedulerName", "default-scheduler");
        if (spec["securityContext"] is null)
            spec["securityContext"] = new JsonObject();
        var hostNetwork = spec["hostNetwork"] is JsonValue flag && flag.TryGetValue<bool>(out var on) && on;
        foreach (var list in (string[])["containers", "initContainers", "ephemeralContainers"])
        {
            foreach (var container in Objects(spec[list]))
                Container(container, hostNetwork);
        }

        foreach (var volume in Objects(spec["volumes"]))
            Volume(volume);
    }

    private static void Container(JsonObject container, bool hostNetwork)
    {
        Set(container, "terminationMessagePath", "/dev/termination-log");
        Set(container, "terminationMessagePolicy", "File");
        Set(container, "imagePullPolicy", IsLatest(Text(container["image"])) ? "Always" : "IfNotPresent");
        foreach (var port in Objects(container["ports"]))
        {
            Set(port, "protocol", "TCP");
            if (hostNetwork && port["containerPort"] is { } number)
                Set(port, "hostPort", number.DeepClone());
        }

        foreach (var variable in Objects(container["env"]))
            FieldRef(variable["valueFrom"] as JsonObject);
        foreach (var name in Probes)
            Probe(container[name] as JsonObject);
        if (container["lifecycle"] is JsonObject lifecycle)
        {
            HttpGet((lifecycle["postStart"] as JsonObject)?["httpGet"] as JsonObject);
            HttpGet((lifecycle["preStop"] as JsonObject)?["httpGet"] as JsonObject);
        }
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
            return;
        SetUnlessPositive(probe, "timeoutSeconds", 1);
        SetUnlessPositive(probe, "periodSeconds", 10);
        SetUnlessPositive(probe, "successThreshold", 1);
        SetUnlessPositive(probe, "failureThreshold", 3);
        HttpGet(probe["httpGet"] as JsonObject);
        if (probe["grpc"] is JsonObject grpc)
            Set(grpc, "service", "");
    }

    private static void HttpGet(JsonObject? action)
    {
        if (action is null)
            return;
        Set(action, "path", "/");
        Set(action, "scheme", "HTTP");
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.All(field => field.Key == "name" || field.Value is null))
            volume["emptyDir"] = new JsonObject();
        foreach (var source in (string[])["secret", "configMap", "downwardAPI", "projected"])
        {
            if (volume[source] is JsonObject found)
                Set(found, "defaultMode", 420);
        }

        foreach (var item in Objects((volume["downwardAPI"] as JsonObject)?["items"]))
            FieldRef(item);
        foreach (var source in Objects((volume["projected"] as JsonObject)?["sources"]))
        {
            if (source["serviceAccountToken"] is JsonObject token)
                Set(token, "expirationSeconds", 3600);
            foreach (var item in Objects((source["downwardAPI"] as JsonObject)?["items"]))
                FieldRef(item);
        }

        if (volume["hostPath"] is JsonObject path)
            Set(path, "type", "");
        if (volume["iscsi"] is JsonObject iscsi)
            Set(iscsi, "iscsiInterface", "default");
        if (volume["rbd"] is JsonObject rbd)
        {
            Set(rbd, "pool", "rbd");
            Set(rbd, "user", "admin");
            Set(rbd, "keyring", "/etc/ceph/keyring");
        }

        if ((volume["ephemeral"] as JsonObject)?["volumeClaimTemplate"] is JsonObject claim && claim["spec"] is JsonObject spec)
            Set(spec, "volumeMode", "Filesystem");
    }

    private static void FieldRef(JsonObject? source)
    {
        if (source?["fieldRef"] is JsonObject reference)
            Set(reference, "apiVersion", "v1");
    }

    /// <summary>An image without tag or digest, or with the tag <c>latest</c>, is pulled each time.</summary>
    private static bool IsLatest(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
            return false;
        var name = image[(image.LastIndexOf('/') + 1)..];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest";
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => list is JsonArray items ? items.OfType<JsonObject>() : [];

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static void Set(JsonObject target, string name, JsonNode value)
    {
        // The empty string is what Go types call unset.
        if (target[name] is null || (target[name] is JsonValue present && present.TryGetValue<string>(out var text) && text.Length == 0))
            target[name] = value;
    }

    private static void SetUnlessPositive(JsonObject target, string name, int value)
    {
        if (target[name] is not JsonValue present || !present.TryGetValue<int>(out var number) || number == 0)
            target[name] = value;
    }
}
