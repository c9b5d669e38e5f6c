namespace Bascule.Kube;

/// <summary>The types of Kubernetes itself that this program reads or writes.</summary>
public static class ResourceTypes
{
    /// <summary>Core <c>pods</c>.</summary>
    public static ResourceType Pods { get; } = new("", "v1", "pods", "Pod");

    /// <summary>Core <c>podtemplates</c>.</summary>
    public static ResourceType PodTemplates { get; } = new("", "v1", "podtemplates", "PodTemplate");

    /// <summary>Core <c>services</c>.</summary>
    public static ResourceType Services { get; } = new("", "v1", "services", "Service");

    /// <summary>Core <c>endpoints</c>.</summary>
    public static ResourceType Endpoints { get; } = new("", "v1", "endpoints", "Endpoints");

    /// <summary>Core <c>namespaces</c>.</summary>
    public static ResourceType Namespaces { get; } = new("", "v1", "namespaces", "Namespace", Namespaced: false);

    /// <summary>Core <c>nodes</c>.</summary>
    public static ResourceType Nodes { get; } = new("", "v1", "nodes", "Node", Namespaced: false);

    /// <summary>Core <c>events</c>, the ones that <c>kubectl describe</c> shows.</summary>
    public static ResourceType Events { get; } = new("", "v1", "events", "Event");

    /// <summary>Core <c>configmaps</c>.</summary>
    public static ResourceType ConfigMaps { get; } = new("", "v1", "configmaps", "ConfigMap");

    /// <summary>Core <c>secrets</c>.</summary>
    public static ResourceType Secrets { get; } = new("", "v1", "secrets", "Secret");

    /// <summary>Core <c>serviceaccounts</c>.</summary>
    public static ResourceType ServiceAccounts { get; } = new("", "v1", "serviceaccounts", "ServiceAccount");

    /// <summary>Core <c>persistentvolumeclaims</c>.</summary>
    public static ResourceType PersistentVolumeClaims { get; } = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

    /// <summary><c>replicasets.apps</c>.</summary>
    public static ResourceType ReplicaSets { get; } = new("apps", "v1", "replicasets", "ReplicaSet");

    /// <summary><c>deployments.apps</c>.</summary>
    public static ResourceType Deployments { get; } = new("apps", "v1", "deployments", "Deployment");

    /// <summary><c>statefulsets.apps</c>.</summary>
    public static ResourceType StatefulSets { get; } = new("apps", "v1", "statefulsets", "StatefulSet");

    /// <summary><c>daemonsets.apps</c>.</summary>
    public static ResourceType DaemonSets { get; } = new("apps", "v1", "daemonsets", "DaemonSet");

    /// <summary><c>controllerrevisions.apps</c>.</summary>
    public static ResourceType ControllerRevisions { get; } = new("apps", "v1", "controllerrevisions", "ControllerRevision");

    /// <summary><c>jobs.batch</c>.</summary>
    public static ResourceType Jobs { get; } = new("batch", "v1", "jobs", "Job");

    /// <summary><c>endpointslices.discovery.k8s.io</c>.</summary>
    public static ResourceType EndpointSlices { get; } = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice");

    /// <summary><c>ingresses.networking.k8s.io</c>.</summary>
    public static ResourceType Ingresses { get; } = new("networking.k8s.io", "v1", "ingresses", "Ingress");

    /// <summary><c>horizontalpodautoscalers.autoscaling</c>.</summary>
    public static ResourceType HorizontalPodAutoscalers { get; } = new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler");

    /// <summary><c>leases.coordination.k8s.io</c>.</summary>
    public static ResourceType Leases { get; } = new("coordination.k8s.io", "v1", "leases", "Lease");

    /// <summary><c>customresourcedefinitions.apiextensions.k8s.io</c>.</summary>
    public static ResourceType CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);

    /// <summary><c>selfsubjectaccessreviews.authorization.k8s.io</c>: create one to ask what the caller may do.</summary>
    public static ResourceType SelfSubjectAccessReviews { get; } =
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", Namespaced: false);
}
