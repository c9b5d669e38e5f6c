using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>The columns of nodes, namespaces, events, configuration and permissions.</summary>
internal static class ClusterColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    /// <summary>Nodes.</summary>
    public static IReadOnlyList<Column> Nodes { get; } =
    [
        Column.NameColumn,
        Column.Text("Status", NodeStatus),
        Column.Text("Roles", o => string.Join(',', o.Labels.Keys.Where(k => k.StartsWith(RolePrefix, StringComparison.Ordinal)).Select(k => k[RolePrefix.Length..]).Order(StringComparer.Ordinal)).Or(Words.None)),
        Column.Age,
        Column.Text("Version", o => o.Root.Text("status", "nodeInfo", "kubeletVersion")),
        Column.Wide("Internal-IP", o => Address(o, "InternalIP")),
        Column.Wide("External-IP", o => Address(o, "ExternalIP")),
        Column.Wide("OS-Image", o => o.Root.Text("status", "nodeInfo", "osImage").Or("<unknown>")),
        Column.Wide("Kernel-Version", o => o.Root.Text("status", "nodeInfo", "kernelVersion").Or("<unknown>")),
        Column.Wide("Container-Runtime", o => o.Root.Text("status", "nodeInfo", "containerRuntimeVersion").Or("<unknown>")),
    ];

    /// <summary>Namespaces.</summary>
    public static IReadOnlyList<Column> Namespaces { get; } = [Column.NameColumn, Column.Text("Status", o => o.Root.Text("status", "phase")), Column.Age];

    /// <summary>Events.</summary>
    public static IReadOnlyList<Column> Events { get; } =
    [
        new("Last Seen", LastSeen),
        Column.Text("Type", o => o.Root.Text("type")),
        Column.Text("Reason", o => o.Root.Text("reason")),
        Column.Text("Object", o => $"{Involved(o).Text("kind").ToLowerInvariant()}/{Involved(o).Text("name")}"),
        Column.Wide("Subobject", o => Involved(o).Text("fieldPath")),
        Column.Wide("Source", Source),
        Column.Text("Message", o => o.Root.Text("message").Or(o.Root.Text("note")).Trim()),
        new("First Seen", FirstSeen) { Priority = 1 },
        new("Count", (o, _) => $"{Math.Max(1, Math.Max(o.Root.Number("count"), o.Root.Number("series", "count")))}") { Priority = 1 },
        Column.NameColumn with { Priority = 1 },
    ];

    /// <summary>Secrets.</summary>
    public static IReadOnlyList<Column> Secrets { get; } =
        [Column.NameColumn, Column.Text("Type", o => o.Root.Text("type")), Column.Number("Data", o => o.Root.Entries("data").Count()), Column.Age];

    /// <summary>ConfigMaps.</summary>
    public static IReadOnlyList<Column> ConfigMaps { get; } =
        [Column.NameColumn, Column.Number("Data", o => o.Root.Entries("data").Count() + o.Root.Entries("binaryData").Count()), Column.Age];

    /// <summary>ServiceAccounts.</summary>
    public static IReadOnlyList<Column> ServiceAccounts { get; } = [Column.NameColumn, Column.Number("Secrets", o => o.Root.Items("secrets").Count()), Column.Age];

    /// <summary>PersistentVolumeClaims.</summary>
    public static IReadOnlyList<Column> Claims { get; } =
    [
        Column.NameColumn,
        Column.Text("Status", o => o.DeletionTimestamp is null ? o.Root.Text("status", "phase") : "Terminating"),
        Column.Text("Volume", o => o.Root.Text("spec", "volumeName")),
        Column.Text("Capacity", o => o.Root.Text("status", "capacity", "storage")),
        Column.Text("Access Modes", o => string.Join(',', o.Root.Items("status", "accessModes"))),
        Column.Text("StorageClass", o => o.Root.Text("spec", "storageClassName")),
        Column.Age,
        Column.Wide("VolumeMode", o => o.Root.Text("spec", "volumeMode").Or(Words.Unset)),
    ];

    /// <summary>Leases.</summary>
    public static IReadOnlyList<Column> Leases { get; } = [Column.NameColumn, Column.Text("Holder", o => o.Root.Text("spec", "holderIdentity")), Column.Age];

    /// <summary>PodDisruptionBudgets.</summary>
    public static IReadOnlyList<Column> Budgets { get; } =
    [
        Column.NameColumn,
        Column.Text("Min Available", o => Shown(o.Root.At("spec", "minAvailable"))),
        Column.Text("Max Unavailable", o => Shown(o.Root.At("spec", "maxUnavailable"))),
        Column.Number("Allowed Disruptions", o => o.Root.Number("status", "disruptionsAllowed")),
        Column.Age,
    ];

    /// <summary>ControllerRevisions.</summary>
    public static IReadOnlyList<Column> Revisions { get; } =
    [
        Column.NameColumn,
        Column.Text("Controller", o => o.Root.Items("metadata", "ownerReferences").Where(r => r.IsTrue("controller")).Select(r => $"{r.Text("kind").ToLowerInvariant()}/{r.Text("name")}").FirstOrDefault(Words.None)),
        Column.Number("Revision", o => o.Root.Number("revision")),
        Column.Age,
    ];

    /// <summary>RoleBindings and ClusterRoleBindings.</summary>
    public static IReadOnlyList<Column> Bindings { get; } =
    [
        Column.NameColumn,
        Column.Text("Role", o => $"{o.Root.Text("roleRef", "kind")}/{o.Root.Text("roleRef", "name")}"),
        Column.Age,
        Column.Wide("Users", o => Subjects(o, "User")),
        Column.Wide("Groups", o => Subjects(o, "Group")),
        Column.Wide("ServiceAccounts", o => string.Join(", ", o.Root.Items("subjects").Where(s => s.Text("kind") == "ServiceAccount").Select(s => $"{s.Text("namespace")}/{s.Text("name")}"))),
    ];

    /// <summary>Roles and CustomResourceDefinitions.</summary>
    public static IReadOnlyList<Column> CreatedAt { get; } = [Column.NameColumn, new("Created At", (o, _) => o.Root.Text("metadata", "creationTimestamp")) { Type = "date" }];

    private static string NodeStatus(KubeObject node)
    {
        var ready = node.Root.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        var word = ready.ValueKind != JsonValueKind.Object ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return node.Root.IsTrue("spec", "unschedulable") ? word + ",SchedulingDisabled" : word;
    }

    private static string Address(KubeObject node, string type) =>
        node.Root.Items("status", "addresses").Where(a => a.Text("type") == type).Select(a => a.Text("address")).FirstOrDefault(Words.None);

    private static JsonElement Involved(KubeObject e) => e.Root.At("involvedObject") is { ValueKind: JsonValueKind.Object } core ? core : e.Root.At("regarding");

    private static string Source(KubeObject e)
    {
        var component = e.Root.Text("source", "component").Or(e.Root.Text("reportingComponent"));
        var host = e.Root.Text("source", "host").Or(e.Root.Text("reportingInstance"));
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static JsonNode FirstSeen(KubeObject e, DateTimeOffset now) => HumanDuration.Since(e.Root.Instant("firstTimestamp") ?? e.Root.Instant("eventTime"), now);

    private static JsonNode LastSeen(KubeObject e, DateTimeOffset now)
    {
        var last = e.Root.Instant("series", "lastObservedTime") ?? e.Root.Instant("lastTimestamp");
        return last is null ? FirstSeen(e, now) : HumanDuration.Since(last, now);
    }

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "N/A" : value.ToString();

    private static string Subjects(KubeObject binding, string kind) =>
        string.Join(", ", binding.Root.Items("subjects").Where(s => s.Text("kind") == kind).Select(s => s.Text("name")));
}
