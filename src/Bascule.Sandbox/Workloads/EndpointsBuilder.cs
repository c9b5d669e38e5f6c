using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Builds the Endpoints object of a Service. Pure.</summary>
internal static class EndpointsBuilder
{
    /// <summary>Marks objects of Services without an address, which proxies ignore.</summary>
    public const string HeadlessLabel = "service.kubernetes.io/headless";

    /// <summary>The labels an Endpoints object or a slice takes over from its Service.</summary>
    public static JsonObject Labels(KubeObject service)
    {
        var labels = new JsonObject();
        foreach (var (name, value) in service.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            labels[name] = value;
        if (ServiceBackends.IsHeadless(service))
            labels[HeadlessLabel] = "";
        return labels;
    }

    /// <summary>A reference from an address to its pod.</summary>
    public static JsonObject TargetReference(KubeObject pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Namespace,
        ["name"] = pod.Name,
        ["uid"] = pod.Uid,
    };

    /// <summary>The subsets: pods with the same ports together, those that are ready apart from those that are not.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="backends">The pods behind it; those being deleted are left out unless they count as ready.</param>
    public static JsonArray Subsets(KubeObject service, ImmutableArray<Backend> backends)
    {
        var subsets = new JsonArray();
        var portless = !service.Root.At("spec").Items("ports").Any();
        var groups = backends
            .Where(b => !b.Pod.IsTerminating || b.IsReady)
            .Where(b => b.Ports.Length > 0 || portless)
            .GroupBy(b => string.Join(';', b.Ports));
        foreach (var group in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var subset = new JsonObject();
            AddAddresses(subset, "addresses", service, group.Where(b => b.IsReady));
            AddAddresses(subset, "notReadyAddresses", service, group.Where(b => !b.IsReady));
            if (group.First().Ports.Length > 0)
                subset["ports"] = new JsonArray([.. group.First().Ports.Select(p => Port(p, name: p.Name.Length == 0 ? null : p.Name))]);
            subsets.Add((JsonNode)subset);
        }

        return subsets;
    }

    /// <summary>A port as Endpoints and slices write it.</summary>
    /// <param name="port">The port.</param>
    /// <param name="name">The name to write; null for none.</param>
    public static JsonNode Port(BackendPort port, string? name)
    {
        var written = new JsonObject();
        if (name is not null)
            written["name"] = name;
        written["port"] = port.Number;
        written["protocol"] = port.Protocol;
        if (port.AppProtocol is not null)
            written["appProtocol"] = port.AppProtocol;
        return written;
    }

    private static void AddAddresses(JsonObject subset, string field, KubeObject service, IEnumerable<Backend> backends)
    {
        var addresses = new JsonArray();
        foreach (var pod in backends.Select(b => b.Pod.Object).OrderBy(p => p.Uid, StringComparer.Ordinal))
        {
            var spec = pod.Root.At("spec");
            var address = new JsonObject { ["ip"] = pod.Root.At("status").Text("podIP") };
            if (spec.Text("hostname") is { Length: > 0 } host && spec.Text("subdomain") == service.Name)
                address["hostname"] = host;
            if (spec.Text("nodeName") is { } node)
                address["nodeName"] = node;
            address["targetRef"] = TargetReference(pod);
            addresses.Add((JsonNode)address);
        }

        if (addresses.Count > 0)
            subset[field] = addresses;
    }
}
