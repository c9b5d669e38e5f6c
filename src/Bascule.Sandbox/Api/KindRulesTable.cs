using System.Collections.Frozen;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>Which kinds have rules of their own.</summary>
internal static class KindRulesTable
{
    public static FrozenDictionary<StorageKey, KindRules> Make() => new Dictionary<StorageKey, KindRules>
    {
        [new("", "namespaces")] = new NamespaceRules(),
        [new("", "pods")] = new PodRules(),
        [new("", "services")] = new ServiceRules(),
        [new("", "configmaps")] = new ImmutableDataRules(),
        [new("", "secrets")] = new ImmutableDataRules(),
        [new("apps", "deployments")] = new WorkloadRules(["spec.selector"]),
        [new("apps", "replicasets")] = new WorkloadRules(["spec.selector"]),
        [new("apps", "daemonsets")] = new WorkloadRules(["spec.selector"]),
        [new("apps", "statefulsets")] = new WorkloadRules(["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"]),
        [new("batch", "jobs")] = new JobRules(),
        [new("apiextensions.k8s.io", "customresourcedefinitions")] = new DefinitionRules(),
    }.ToFrozenDictionary();
}
