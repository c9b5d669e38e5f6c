using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Runtime;

/// <summary>The container cannot start as configured; the message is its <c>CreateContainerConfigError</c>.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>What every container's environment starts from.</summary>
/// <param name="Path">The search path for programs.</param>
/// <param name="ApiHost">Where the API server listens.</param>
/// <param name="ApiPort">Its port.</param>
internal sealed record BaseEnvironment(string Path, string ApiHost, int ApiPort);

/// <summary>Puts a container's environment together: nothing of the sandbox's own leaks in but the search path.</summary>
/// <param name="client">Reads ConfigMaps and Secrets.</param>
/// <param name="common">What all containers share.</param>
internal sealed class ContainerEnvironment(IKubeClient client, BaseEnvironment common)
{
    /// <summary>
    /// The address that a server should listen on when it is told none: outside of a network namespace of its own, a pod
    /// that listened on every address would take its port from all others.
    /// </summary>
    public const string PodIpVariable = "BASCULE_POD_IP";

    /// <summary>Builds the environment, later sources over earlier ones.</summary>
    /// <exception cref="ContainerConfigException">A source is missing or malformed.</exception>
    public async Task<Dictionary<string, string>> BuildAsync(KubeObject pod, ContainerSpec container, IPAddress address, string home, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = common.Path,
            ["HOME"] = home,
            ["HOSTNAME"] = pod.Root.At("spec").Text("hostname") ?? pod.Name,
            ["KUBERNETES_SERVICE_HOST"] = common.ApiHost,
            ["KUBERNETES_SERVICE_PORT"] = common.ApiPort.ToString(CultureInfo.InvariantCulture),
            ["KUBERNETES_SERVICE_PORT_HTTPS"] = common.ApiPort.ToString(CultureInfo.InvariantCulture),
            [PodIpVariable] = address.ToString(),
        };
        foreach (var source in container.Source.Items("envFrom"))
            await AddAllAsync(variables, pod, source, cancellationToken);
        foreach (var entry in container.Source.Items("env"))
        {
            var name = entry.Text("name") ?? "";
            if (await ValueAsync(entry, variables, pod, container, address, cancellationToken) is { } value)
                variables[name] = value;
        }

        return variables;
    }

    private async Task AddAllAsync(Dictionary<string, string> variables, KubeObject pod, JsonElement source, CancellationToken cancellationToken)
    {
        var prefix = source.Text("prefix") ?? "";
        var isSecret = source.At("secretRef").Exists();
        var reference = source.At(isSecret ? "secretRef" : "configMapRef");
        if (await ReadAsync(isSecret, pod, reference, cancellationToken) is not { } found)
            return;
        foreach (var (name, value) in Data(found, isSecret))
            variables[prefix + name] = value;
    }

    private async Task<string?> ValueAsync(JsonElement entry, Dictionary<string, string> variables, KubeObject pod, ContainerSpec container, IPAddress address, CancellationToken cancellationToken)
    {
        var from = entry.At("valueFrom");
        if (!from.Exists())
            return VariableExpansion.Expand(entry.Text("value") ?? "", variables);
        if (from.At("fieldRef").Text("fieldPath") is { } path)
            return Field(pod, path, address);
        if (from.At("resourceFieldRef") is { ValueKind: JsonValueKind.Object } resource)
            return ResourceQuantity.Reference(resource, container.Source);
        var isSecret = from.At("secretKeyRef").Exists();
        var reference = from.At(isSecret ? "secretKeyRef" : "configMapKeyRef");
        if (await ReadAsync(isSecret, pod, reference, cancellationToken) is not { } found)
            return null;
        var key = reference.Text("key") ?? "";
        var value = Data(found, isSecret).Where(d => d.Key == key).Select(d => d.Value).FirstOrDefault();
        if (value is null && !reference.IsTrue("optional"))
            throw new ContainerConfigException($"couldn't find key {key} in {(isSecret ? "Secret" : "ConfigMap")} {found.Key}");
        return value;
    }

    private async Task<KubeObject?> ReadAsync(bool isSecret, KubeObject pod, JsonElement reference, CancellationToken cancellationToken)
    {
        var name = reference.Text("name") ?? "";
        try
        {
            return await client.GetAsync(isSecret ? ResourceTypes.Secrets : ResourceTypes.ConfigMaps, new ObjectKey(pod.Namespace, name), cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return reference.IsTrue("optional") ? null : throw new ContainerConfigException($"{(isSecret ? "secret" : "configmap")} \"{name}\" not found");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Data(KubeObject found, bool isSecret) =>
        found.Root.TextMap("data").Select(d => isSecret ? KeyValuePair.Create(d.Key, Encoding.UTF8.GetString(Convert.FromBase64String(d.Value))) : d);

    private static string Field(KubeObject pod, string path, IPAddress address)
    {
        var spec = pod.Root.At("spec");
        return path switch
        {
            "metadata.name" => pod.Name,
            "metadata.namespace" => pod.Namespace ?? "",
            "metadata.uid" => pod.Uid,
            "spec.nodeName" => spec.Text("nodeName") ?? SandboxNode.Name,
            "spec.serviceAccountName" => spec.Text("serviceAccountName") ?? "default",
            "status.podIP" or "status.podIPs" => address.ToString(),
            "status.hostIP" or "status.hostIPs" => SandboxNode.Address,
            _ when Subscript(path, "metadata.labels") is { } label => pod.Labels.GetValueOrDefault(label, ""),
            _ when Subscript(path, "metadata.annotations") is { } annotation => pod.Annotations.GetValueOrDefault(annotation, ""),
            _ => throw new ContainerConfigException($"env.valueFrom.fieldRef.fieldPath: found \"{path}\", expected a field of metadata, spec.nodeName, spec.serviceAccountName, status.podIP or status.hostIP"),
        };
    }

    private static string? Subscript(string path, string field) =>
        path.StartsWith(field + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(field.Length + 2)..^2] : null;
}
