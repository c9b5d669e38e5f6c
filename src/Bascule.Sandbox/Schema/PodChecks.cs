using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What Kubernetes asks of a pod spec beyond its structure.</summary>
internal static class PodChecks
{
    private static readonly string[] s_handlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    private static readonly string[] s_probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] s_probeNumbers = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    /// <summary>All violations.</summary>
    public static IEnumerable<FieldError> Spec(JsonObject? spec, string path)
    {
        if (spec is null)
            yield break;
        var volumes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var error in Volumes(spec, path, volumes).Concat(NotNegative(spec, path, "terminationGracePeriodSeconds", "activeDeadlineSeconds")))
            yield return error;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in new[] { "initContainers", "containers" })
        {
            foreach (var (container, at) in Items(spec, list, path))
            {
                if (container.String("name") is { Length: > 0 } name && !names.Add(name))
                    yield return FieldError.Duplicate($"{at}.name", name);
                foreach (var error in Container(container, at, volumes))
                    yield return error;
            }
        }
    }

    /// <summary>Whole numbers that must not be negative.</summary>
    public static IEnumerable<FieldError> NotNegative(JsonObject? parent, string path, params IEnumerable<string> fields) =>
        fields.Where(f => parent.Integer(f) < 0).Select(f => FieldError.Invalid($"{path}.{f}", parent.Integer(f), "must be greater than or equal to 0"));

    private static IEnumerable<FieldError> Volumes(JsonObject spec, string path, HashSet<string> names)
    {
        foreach (var (volume, at) in Items(spec, "volumes", path))
        {
            var name = volume.String("name") ?? "";
            if (name.Length > 0 && !names.Add(name))
                yield return FieldError.Duplicate($"{at}.name", name);
            foreach (var error in NameChecks.Label(name, $"{at}.name"))
                yield return error;
            if (volume.Count(p => p.Key != "name") > 1)
                yield return FieldError.Forbidden($"{at}.{volume.Where(p => p.Key != "name").ElementAt(1).Key}", "may not specify more than 1 volume type");
        }
    }

    private static IEnumerable<FieldError> Container(JsonObject container, string path, HashSet<string> volumes)
    {
        var image = container.String("image") ?? "";
        if (image.Length == 0)
            yield return FieldError.Required($"{path}.image");
        else if (image.Trim() != image)
            yield return FieldError.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        var problems = NameChecks.Label(container.String("name"), $"{path}.name")
            .Concat(Ports(container, path))
            .Concat(Environment(container, path))
            .Concat(Mounts(container, path, volumes))
            .Concat(s_probes.SelectMany(p => Probe(container, p, path)))
            .Concat(Resources(container, path));
        foreach (var error in problems)
            yield return error;
    }

    private static IEnumerable<FieldError> Ports(JsonObject container, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (port, at) in Items(container, "ports", path))
        {
            if (port.Integer("containerPort") is null or 0)
                yield return FieldError.Required($"{at}.containerPort");
            else
                foreach (var error in NameChecks.Port(port["containerPort"], $"{at}.containerPort"))
                    yield return error;
            if (port.String("name") is not { Length: > 0 } name)
                continue;
            foreach (var error in NameChecks.PortName(name, $"{at}.name"))
                yield return error;
            if (!names.Add(name))
                yield return FieldError.Duplicate($"{at}.name", name);
        }
    }

    private static IEnumerable<FieldError> Environment(JsonObject container, string path)
    {
        foreach (var (variable, at) in Items(container, "env", path))
        {
            var name = variable.String("name") ?? "";
            if (name.Any(c => c is '=' or < ' ' or > '~'))
                yield return FieldError.Invalid($"{at}.name", name, "a valid environment variable name must consist only of printable ASCII characters other than '='");
            if (variable.Object("valueFrom") is not { } source)
                continue;
            if (variable.String("value") is { Length: > 0 })
                yield return FieldError.Invalid($"{at}.valueFrom", "", "may not be specified when `value` is not empty");
            if (source.Count != 1)
                yield return FieldError.Invalid($"{at}.valueFrom", "", source.Count == 0 ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`" : "may not have more than one field specified at a time");
        }
    }

    private static IEnumerable<FieldError> Mounts(JsonObject container, string path, HashSet<string> volumes)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (mount, at) in Items(container, "volumeMounts", path))
        {
            if (mount.String("name") is { Length: > 0 } name && !volumes.Contains(name))
                yield return FieldError.NotFound($"{at}.name", name);
            if (mount.String("mountPath") is { Length: > 0 } target && !paths.Add(target))
                yield return FieldError.Invalid($"{at}.mountPath", target, "must be unique");
        }
    }

    private static IEnumerable<FieldError> Probe(JsonObject container, string name, string path)
    {
        if (container.Object(name) is not { } probe)
            yield break;
        var at = $"{path}.{name}";
        var handlers = s_handlers.Where(h => probe[h] is not null).ToList();
        if (handlers.Count == 0)
            yield return FieldError.Required(at, "must specify a handler type");
        foreach (var extra in handlers.Skip(1))
            yield return FieldError.Forbidden($"{at}.{extra}", "may not specify more than 1 handler type");
        foreach (var error in NotNegative(probe, at, s_probeNumbers).Concat(handlers.SelectMany(h => NameChecks.Port(probe.Object(h)?["port"], $"{at}.{h}.port"))))
            yield return error;
        if (name != "readinessProbe" && probe.Integer("successThreshold") is { } wins and not 1)
            yield return FieldError.Invalid($"{at}.successThreshold", wins, "must be 1");
    }

    private static IEnumerable<FieldError> Resources(JsonObject container, string path)
    {
        var resources = container.Object("resources");
        foreach (var (name, request) in resources.Object("requests") ?? [])
        {
            if (resources.Object("limits")?[name] is { } limit && Quantity.Parse(request) is { } asked && Quantity.Parse(limit) is { } most && asked > most)
                yield return FieldError.Invalid($"{path}.resources.requests", request?.DeepClone(), $"must be less than or equal to {name} limit of {limit}");
        }
    }

    private static IEnumerable<(JsonObject Item, string Path)> Items(JsonObject parent, string list, string path) =>
        (parent.Array(list) ?? []).Select((item, i) => (Item: item as JsonObject, Path: $"{path}.{list}[{i}]")).Where(x => x.Item is not null).Select(x => (x.Item!, x.Path));
}
