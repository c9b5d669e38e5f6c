using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What Kubernetes asks of services, ingresses and autoscalers beyond structure.</summary>
internal static class ServiceChecks
{
    /// <summary>A service's spec.</summary>
    public static IEnumerable<FieldError> Service(JsonObject? spec)
    {
        if (spec is null)
            yield break;
        var type = spec.String("type");
        var ports = spec.Array("ports") ?? [];
        if (type == "ExternalName" && spec.String("externalName") is null or "")
            yield return FieldError.Required("spec.externalName");
        if (ports.Count == 0 && type != "ExternalName" && spec.String("clusterIP") != "None")
            yield return FieldError.Required("spec.ports");
        if (spec.String("clusterIP") == "None" && type is "NodePort" or "LoadBalancer")
            yield return FieldError.Invalid("spec.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        foreach (var error in NameChecks.Labels(spec.Object("selector"), "spec.selector").Concat(Ports(ports, type)))
            yield return error;
    }

    /// <summary>An ingress's spec.</summary>
    public static IEnumerable<FieldError> Ingress(JsonObject? spec)
    {
        if (spec?["defaultBackend"] is null && spec?["backend"] is null && spec.Array("rules") is not { Count: > 0 })
            yield return FieldError.Invalid("spec", "", "either `defaultBackend` or `rules` must be specified");
        foreach (var (rule, i) in (spec.Array("rules") ?? []).OfType<JsonObject>().Select((r, i) => (r, i)))
        {
            foreach (var (path, j) in (rule.Object("http").Array("paths") ?? []).OfType<JsonObject>().Select((p, j) => (p, j)))
            {
                if (path.String("pathType") is "Exact" or "Prefix" && path.String("path")?.StartsWith('/') != true)
                    yield return FieldError.Invalid($"spec.rules[{i}].http.paths[{j}].path", path.String("path") ?? "", "must be an absolute path");
            }
        }
    }

    /// <summary>An autoscaler's spec.</summary>
    public static IEnumerable<FieldError> Autoscaler(JsonObject? spec)
    {
        var (least, most) = (spec.Integer("minReplicas") ?? 1, spec.Integer("maxReplicas") ?? 0);
        if (least < 1)
            yield return FieldError.Invalid("spec.minReplicas", least, "must be greater than or equal to 1");
        if (most < 1)
            yield return FieldError.Invalid("spec.maxReplicas", most, "must be greater than 0");
        if (most < least)
            yield return FieldError.Invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`");
    }

    private static IEnumerable<FieldError> Ports(JsonArray ports, string? type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<(long?, string?)>();
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i] is not JsonObject port)
                continue;
            var at = $"spec.ports[{i}]";
            foreach (var error in Port(port, at, type, mustHaveName: ports.Count > 1))
                yield return error;
            if (port.String("name") is { Length: > 0 } name && !names.Add(name))
                yield return FieldError.Duplicate($"{at}.name", name);
            if (!numbers.Add((port.Integer("port"), port.String("protocol"))))
                yield return FieldError.Duplicate(at, port.DeepClone());
        }
    }

    private static IEnumerable<FieldError> Port(JsonObject port, string at, string? type, bool mustHaveName)
    {
        var name = port.String("name") ?? "";
        if (name.Length == 0 && mustHaveName)
            yield return FieldError.Required($"{at}.name");
        var target = port["targetPort"];
        var problems = NameChecks.Label(name, $"{at}.name")
            .Concat(NameChecks.Port(port["port"] ?? 0, $"{at}.port"))
            .Concat(target?.GetValueKind() == System.Text.Json.JsonValueKind.String ? NameChecks.PortName(target.GetValue<string>(), $"{at}.targetPort") : NameChecks.Port(target, $"{at}.targetPort"));
        foreach (var error in problems)
            yield return error;
        if (port.Integer("nodePort") is null or 0)
            yield break;
        if (type is "ClusterIP" or "ExternalName")
            yield return FieldError.Forbidden($"{at}.nodePort", $"may not be used when `type` is '{type}'");
    }
}
