using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>
/// Checks a pod template as far as a mistake in it would leave a rollout stuck (VAL-4). The API server checks the rest
/// when pods are made.
/// </summary>
public static class PodTemplateValidation
{
    private static readonly string[] ProbeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    /// <summary>The labels of the Rollout's pod template.</summary>
    public static ImmutableSortedDictionary<string, string> Labels(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return (rollout.Spec.Template ?? default).Member("metadata").Map("labels");
    }

    /// <summary>The template has labels or annotations (SPEC-14).</summary>
    internal static bool HasMetadata(Rollout rollout) =>
        !Labels(rollout).IsEmpty || !(rollout.Spec.Template ?? default).Member("metadata").Map("annotations").IsEmpty;

    internal static IEnumerable<FieldError> Errors(Rollout rollout, string path)
    {
        var template = rollout.Spec.Template ?? default;
        var labels = Labels(rollout);
        if (rollout.Spec.Selector is { IsEmpty: false } selector && !selector.Matches(labels))
            yield return FieldError.Invalid($"{path}.metadata.labels", string.Join(',', labels.Select(l => $"{l.Key}={l.Value}")), $"the selector {selector} does not match the labels of the template");
        var spec = template.Member("spec");
        var volumes = spec.Items("volumes").Select(v => v.Text("name") ?? "").ToHashSet(StringComparer.Ordinal);
        var at = $"{path}.spec";
        if (!spec.Items("containers").Any())
            yield return FieldError.Required($"{at}.containers", "a pod needs at least one container");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var (container, index) in spec.Items(list).Select((c, i) => (c, i)))
            {
                foreach (var error in Container(container, string.Create(CultureInfo.InvariantCulture, $"{at}.{list}[{index}]"), names, volumes))
                    yield return error;
            }
        }

        if (spec.Text("restartPolicy") is { } restart and not "Always")
            yield return FieldError.Unsupported($"{at}.restartPolicy", restart, "supported values: \"Always\"");
        if (spec.Raw("activeDeadlineSeconds") is not null)
            yield return FieldError.Forbidden($"{at}.activeDeadlineSeconds", "pods of a ReplicaSet have no deadline");
    }

    private static IEnumerable<FieldError> Container(JsonElement container, string at, HashSet<string> names, HashSet<string> volumes)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0)
            yield return FieldError.Required($"{at}.name", "a container needs a name");
        else if (!Names.IsDnsLabel(name))
            yield return FieldError.Invalid($"{at}.name", name, "must be at most 63 lower-case letters, digits or '-', beginning and ending with a letter or digit");
        else if (!names.Add(name))
            yield return new FieldError($"{at}.name", "Duplicate value", $"\"{name}\"", "each container needs a name of its own");
        if (string.IsNullOrEmpty(container.Text("image")))
            yield return FieldError.Required($"{at}.image", "a container needs an image");
        foreach (var (port, index) in container.Items("ports").Select((p, i) => (p, i)))
        {
            foreach (var error in Port(port, string.Create(CultureInfo.InvariantCulture, $"{at}.ports[{index}]")))
                yield return error;
        }

        foreach (var (mount, index) in container.Items("volumeMounts").Select((m, i) => (m, i)))
        {
            if (mount.Text("name") is not { Length: > 0 } volume)
                yield return FieldError.Required($"{at}.volumeMounts[{index}].name", "must name a volume of the pod");
            else if (!volumes.Contains(volume))
                yield return new FieldError($"{at}.volumeMounts[{index}].name", "Not found", $"\"{volume}\"", "no volume of the pod has this name");
        }

        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container.MemberOrNull(probe) is { } found && ProbeHandlers.Count(h => found.MemberOrNull(h) is not null) != 1)
                yield return FieldError.Required($"{at}.{probe}", "expected exactly one of exec, httpGet, tcpSocket and grpc");
        }
    }

    private static IEnumerable<FieldError> Port(JsonElement port, string at)
    {
        if (port.Int("containerPort") is not { } number)
            yield return FieldError.Required($"{at}.containerPort", "a port needs a number");
        else if (number is < 1 or > 65535)
            yield return FieldError.Invalid($"{at}.containerPort", number, "must be between 1 and 65535");
        if (port.Text("name") is { } name && !Names.IsPortName(name))
            yield return FieldError.Invalid($"{at}.name", name, "must be at most 15 lower-case letters, digits or '-', with at least one letter");
        if (port.Text("protocol") is { } protocol and not ("TCP" or "UDP" or "SCTP"))
            yield return FieldError.Unsupported($"{at}.protocol", protocol, "supported values: \"SCTP\", \"TCP\", \"UDP\"");
    }
}
