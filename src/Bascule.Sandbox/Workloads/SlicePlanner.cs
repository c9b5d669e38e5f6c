using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>A slice to write.</summary>
/// <param name="Present">The slice it replaces; null for one to create.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Ports">Its ports.</param>
/// <param name="Endpoints">Its endpoints.</param>
internal sealed record SliceWrite(KubeObject? Present, JsonObject Labels, JsonArray Ports, JsonArray Endpoints);

/// <summary>What to do about the slices of a Service.</summary>
/// <param name="Writes">Slices to create or change.</param>
/// <param name="Deletes">Slices that are no longer needed.</param>
internal sealed record SlicePlan(ImmutableArray<SliceWrite> Writes, ImmutableArray<KubeObject> Deletes);

/// <summary>
/// Spreads the pods of a Service over EndpointSlices: pods with the same ports together, at most 100 per slice, and each
/// pod stays in the slice it is in, so that one pod's change is one slice's write. Pure.
/// </summary>
internal static class SlicePlanner
{
    /// <summary>Ties a slice to its Service.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    private const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    private const string Manager = "endpointslice-controller.k8s.io";
    private const int SliceLength = 100;

    /// <summary>Whether the slice is one of those that this program keeps for the Service.</summary>
    public static bool IsOurs(KubeObject slice, string service) =>
        slice.Labels.GetValueOrDefault(ServiceLabel) == service && slice.Labels.GetValueOrDefault(ManagedByLabel) == Manager;

    /// <summary>Plans from a snapshot.</summary>
    public static SlicePlan Plan(KubeObject service, ImmutableArray<Backend> backends, IReadOnlyList<KubeObject> slices)
    {
        var labels = EndpointsBuilder.Labels(service);
        labels[ServiceLabel] = service.Name;
        labels[ManagedByLabel] = Manager;
        var unclaimed = slices.Where(s => s.DeletionTimestamp is null).OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        var writes = ImmutableArray.CreateBuilder<SliceWrite>();
        var groups = backends.GroupBy(b => PortList(b.Ports).ToJsonString()).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var group in groups)
            PlanGroup(service, labels, group.Key, group, unclaimed, writes);
        if (groups.Count == 0)
            PlanGroup(service, labels, "[]", [], unclaimed, writes);
        return new SlicePlan(writes.ToImmutable(), [.. unclaimed]);
    }

    private static void PlanGroup(KubeObject service, JsonObject labels, string ports, IEnumerable<Backend> backends, List<KubeObject> unclaimed, ImmutableArray<SliceWrite>.Builder writes)
    {
        var wanted = backends.ToDictionary(b => b.Pod.Object.Uid);
        var portList = JsonElement.Parse(ports);
        var kept = new List<(KubeObject? Slice, List<Backend> Members)>();
        foreach (var slice in unclaimed.Where(s => SamePorts(s, portList)).ToList())
        {
            var members = slice.Root.Items("endpoints").Select(e => e.At("targetRef").Text("uid") ?? "").Where(wanted.ContainsKey).Select(uid => wanted[uid]).ToList();
            foreach (var member in members)
                wanted.Remove(member.Pod.Object.Uid);
            kept.Add((slice, members));
        }

        // Emptied slices go, but one always stays: its version tells watchers that the Service was looked at.
        kept.RemoveAll(k => k.Members.Count == 0 && wanted.Count == 0 && kept.Exists(other => other.Members.Count > 0));
        foreach (var backend in wanted.Values)
        {
            var room = kept.FindIndex(k => k.Members.Count < SliceLength);
            if (room < 0)
            {
                kept.Add((null, []));
                room = kept.Count - 1;
            }

            kept[room].Members.Add(backend);
        }

        if (kept.Count == 0)
            kept.Add((null, []));
        foreach (var (slice, members) in kept)
        {
            if (slice is not null)
                unclaimed.Remove(slice);
            var endpoints = new JsonArray([.. members.Select(m => (JsonNode)Endpoint(service, m))]);
            if (slice is null || !Says(slice, labels, endpoints))
                writes.Add(new SliceWrite(slice, (JsonObject)labels.DeepClone(), (JsonArray)JsonNode.Parse(ports)!, endpoints));
        }
    }

    private static bool SamePorts(KubeObject slice, JsonElement ports)
    {
        var present = slice.Root.At("ports");
        return present.Exists() ? JsonElement.DeepEquals(present, ports) : ports.GetArrayLength() == 0;
    }

    private static bool Says(KubeObject slice, JsonObject labels, JsonArray endpoints)
    {
        var present = slice.Root.At("endpoints");
        return labels.All(l => slice.Labels.GetValueOrDefault(l.Key) == (string?)l.Value)
            && (present.Exists() ? JsonElement.DeepEquals(present, endpoints.ToElement()) : endpoints.Count == 0);
    }

    private static JsonArray PortList(ImmutableArray<BackendPort> ports) => new([.. ports.Select(p => EndpointsBuilder.Port(p, p.Name))]);

    private static JsonObject Endpoint(KubeObject service, Backend backend)
    {
        var pod = backend.Pod.Object;
        var spec = pod.Root.At("spec");
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(backend.Pod.Ip),
            ["conditions"] = new JsonObject
            {
                ["ready"] = backend.IsReady,
                ["serving"] = backend.IsServing,
                ["terminating"] = backend.Pod.IsTerminating,
            },
            ["targetRef"] = EndpointsBuilder.TargetReference(pod),
        };
        if (spec.Text("nodeName") is { } node)
            endpoint["nodeName"] = node;
        if (spec.Text("hostname") is { Length: > 0 } host && spec.Text("subdomain") == service.Name)
            endpoint["hostname"] = host;
        return endpoint;
    }
}
