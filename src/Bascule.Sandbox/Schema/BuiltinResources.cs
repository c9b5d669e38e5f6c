using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Schema;

/// <summary>The built-in resources: the part of Kubernetes' own API that progressive delivery and its clients meet.</summary>
internal static class BuiltinResources
{
    /// <summary>Version 1 of the scale subresource, the same for every scalable kind.</summary>
    public const string ScaleApiVersion = "autoscaling/v1";

    // Stands before All, whose initializer reads it.
    private static ScalePaths Replicas { get; } = new(".spec.replicas", ".status.replicas", ".spec.selector");

    /// <summary>All of them; groups in the order discovery lists them, the preferred version of a group first.</summary>
    public static ImmutableArray<ServedResource> All { get; } = [.. Core(), .. Apps(), .. Events(), .. Reviews(), .. Autoscaling(), .. Batch(), .. Networking(), .. Policy(), .. Rbac(), .. Extensions()];

    private static IEnumerable<ServedResource> Core() =>
    [
        Namespaced("", "v1", "configmaps", "ConfigMap") with { ShortNames = ["cm"] },
        Namespaced("", "v1", "endpoints", "Endpoints", "endpoints") with { ShortNames = ["ep"] },
        Namespaced("", "v1", "events", "Event") with { ShortNames = ["ev"] },
        Cluster("", "v1", "namespaces", "Namespace") with { ShortNames = ["ns"], HasStatus = true, Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"], Subresources = [new("finalize", "Namespace", "v1", ["update"])] },
        Cluster("", "v1", "nodes", "Node") with { ShortNames = ["no"], HasStatus = true },
        Namespaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim") with { ShortNames = ["pvc"], HasStatus = true },
        Namespaced("", "v1", "pods", "Pod") with { ShortNames = ["po"], Categories = ["all"], HasStatus = true, Subresources = [new("eviction", "Eviction", "policy/v1", ["create"]), new("log", "Pod", "v1", ["get"])] },
        Namespaced("", "v1", "podtemplates", "PodTemplate"),
        Namespaced("", "v1", "replicationcontrollers", "ReplicationController") with { ShortNames = ["rc"], Categories = ["all"], HasStatus = true, HasGeneration = true, Scale = Replicas },
        Namespaced("", "v1", "secrets", "Secret"),
        Namespaced("", "v1", "serviceaccounts", "ServiceAccount") with { ShortNames = ["sa"] },
        Namespaced("", "v1", "services", "Service") with { ShortNames = ["svc"], Categories = ["all"], HasStatus = true },
    ];

    private static IEnumerable<ServedResource> Apps() =>
    [
        Namespaced("apps", "v1", "controllerrevisions", "ControllerRevision"),
        Workload("apps", "daemonsets", "DaemonSet", "ds"),
        Workload("apps", "deployments", "Deployment", "deploy") with { Scale = Replicas },
        Workload("apps", "replicasets", "ReplicaSet", "rs") with { Scale = Replicas },
        Workload("apps", "statefulsets", "StatefulSet", "sts") with { Scale = Replicas },
    ];

    private static IEnumerable<ServedResource> Events() =>
    [
        Namespaced("events.k8s.io", "v1", "events", "Event") with { ShortNames = ["ev"], StorageType = new ResourceType("", "v1", "events", "Event") },
    ];

    private static IEnumerable<ServedResource> Reviews() =>
    [
        Review("authentication.k8s.io", "tokenreviews", "TokenReview"),
        Review("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
        Review("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", namespaced: true),
        Review("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        Review("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        Review("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview"),
    ];

    private static IEnumerable<ServedResource> Autoscaling() =>
    [
        Autoscaler("v2"),
        Autoscaler("v1"),
    ];

    private static IEnumerable<ServedResource> Batch() =>
    [
        Workload("batch", "cronjobs", "CronJob", "cj"),
        Workload("batch", "jobs", "Job", null),
    ];

    private static IEnumerable<ServedResource> Networking() =>
    [
        Cluster("networking.k8s.io", "v1", "ingressclasses", "IngressClass", "ingressclass") with { HasGeneration = true },
        Ingress("networking.k8s.io", "v1"),
        Namespaced("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "networkpolicy") with { ShortNames = ["netpol"], HasGeneration = true },
        Namespaced("coordination.k8s.io", "v1", "leases", "Lease"),
        Namespaced("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice") with { HasGeneration = true },
    ];

    private static IEnumerable<ServedResource> Policy() =>
    [
        Namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget") with { ShortNames = ["pdb"], HasStatus = true, HasGeneration = true },
    ];

    private static IEnumerable<ServedResource> Rbac() =>
    [
        Cluster("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
        Cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
        Namespaced("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        Namespaced("rbac.authorization.k8s.io", "v1", "roles", "Role"),
    ];

    private static IEnumerable<ServedResource> Extensions() =>
    [
        Cluster("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition") with { ShortNames = ["crd", "crds"], Categories = ["api-extensions"], HasStatus = true, HasGeneration = true },
        Ingress("extensions", "v1beta1") with
        {
            // Without one of its own: `kubectl get ing` means networking.k8s.io, and would warn of two.
            ShortNames = [],
            StorageType = new ResourceType("networking.k8s.io", "v1", "ingresses", "Ingress"),
            DeprecationWarning = "extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress",
        },
    ];

    private static ServedResource Workload(string group, string plural, string kind, string? shortName) =>
        Namespaced(group, "v1", plural, kind) with { ShortNames = shortName is null ? [] : [shortName], Categories = ["all"], HasStatus = true, HasGeneration = true };

    private static ServedResource Autoscaler(string version) =>
        Namespaced("autoscaling", version, "horizontalpodautoscalers", "HorizontalPodAutoscaler") with
        {
            ShortNames = ["hpa"],
            Categories = ["all"],
            HasStatus = true,
            StorageType = new ResourceType("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
        };

    private static ServedResource Ingress(string group, string version) =>
        Namespaced(group, version, "ingresses", "Ingress", "ingress") with { ShortNames = ["ing"], HasStatus = true, HasGeneration = true };

    private static ServedResource Review(string group, string plural, string kind, bool namespaced = false) =>
        Make(new ResourceType(group, "v1", plural, kind, namespaced), null) with { Verbs = ServedResource.CreateOnly };

    private static ServedResource Namespaced(string group, string version, string plural, string kind, string? singular = null) =>
        Make(new ResourceType(group, version, plural, kind), singular);

    private static ServedResource Cluster(string group, string version, string plural, string kind, string? singular = null) =>
        Make(new ResourceType(group, version, plural, kind, Namespaced: false), singular);

    private static ServedResource Make(ResourceType type, string? singular) => new(type)
    {
        Singular = singular ?? type.Kind.ToLowerInvariant(),
        ListKind = type.Kind + "List",
        Schema = BuiltinSchemas.Kind(type.Group, type.Version, type.Kind),
    };
}
