using System.Collections.Frozen;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>Which columns a built-in kind has.</summary>
internal static class BuiltinColumns
{
    private static readonly IReadOnlyList<Column> s_nameAndAge = [Column.NameColumn, Column.Age];

    private static readonly FrozenDictionary<string, IReadOnlyList<Column>> s_byKind = new Dictionary<string, IReadOnlyList<Column>>
    {
        ["Pod"] = PodColumns.All,
        ["PodTemplate"] =
        [
            Column.NameColumn,
            Column.Text("Containers", o => Words.Containers(o.Root.At("template"))),
            Column.Text("Images", o => Words.Images(o.Root.At("template"))),
            Column.Text("Pod Labels", o => Words.Labels(o.Root.At("template", "metadata", "labels"))),
        ],
        ["Deployment"] = WorkloadColumns.Deployments,
        ["ReplicaSet"] = WorkloadColumns.ReplicaSets,
        ["ReplicationController"] = WorkloadColumns.ReplicaSets,
        ["StatefulSet"] = WorkloadColumns.StatefulSets,
        ["DaemonSet"] = WorkloadColumns.DaemonSets,
        ["Job"] = WorkloadColumns.Jobs,
        ["CronJob"] = WorkloadColumns.CronJobs,
        ["HorizontalPodAutoscaler"] = WorkloadColumns.Autoscalers,
        ["Service"] = NetworkColumns.Services,
        ["Endpoints"] = NetworkColumns.Endpoints,
        ["EndpointSlice"] = NetworkColumns.EndpointSlices,
        ["Ingress"] = NetworkColumns.Ingresses,
        ["IngressClass"] = NetworkColumns.IngressClasses,
        ["NetworkPolicy"] = NetworkColumns.NetworkPolicies,
        ["Node"] = ClusterColumns.Nodes,
        ["Namespace"] = ClusterColumns.Namespaces,
        ["Event"] = ClusterColumns.Events,
        ["Secret"] = ClusterColumns.Secrets,
        ["ConfigMap"] = ClusterColumns.ConfigMaps,
        ["ServiceAccount"] = ClusterColumns.ServiceAccounts,
        ["PersistentVolumeClaim"] = ClusterColumns.Claims,
        ["Lease"] = ClusterColumns.Leases,
        ["PodDisruptionBudget"] = ClusterColumns.Budgets,
        ["ControllerRevision"] = ClusterColumns.Revisions,
        ["RoleBinding"] = ClusterColumns.Bindings,
        ["ClusterRoleBinding"] = ClusterColumns.Bindings,
        ["Role"] = ClusterColumns.CreatedAt,
        ["ClusterRole"] = ClusterColumns.CreatedAt,
        ["CustomResourceDefinition"] = ClusterColumns.CreatedAt,
    }.ToFrozenDictionary();

    /// <summary>The columns in order; name and age for a kind without its own.</summary>
    public static IReadOnlyList<Column> Of(ResourceType type) => s_byKind.GetValueOrDefault(type.Kind, s_nameAndAge);
}
