using Bascule.Kube;

namespace Bascule.Metrics.Jobs;

/// <summary>Where the Jobs of job metrics run (MP-JOB-04).</summary>
public sealed record JobProviderOptions
{
    /// <summary>The environment variable with <see cref="Namespace"/>; the composition root reads it.</summary>
    public const string NamespaceVariable = "ARGO_ROLLOUTS_ANALYSIS_JOB_NAMESPACE";

    /// <summary>
    /// The environment variable with the kubeconfig of the cluster for Jobs, or <c>in-cluster</c>; the composition root
    /// reads it.
    /// </summary>
    public const string KubeconfigVariable = "ARGO_ROLLOUTS_ANALYSIS_JOB_KUBECONFIG";

    /// <summary>The namespace of all Jobs; null for that of each run.</summary>
    public string? Namespace { get; init; }

    /// <summary>The Jobs run in another cluster than the runs, so that a run cannot be their owner.</summary>
    public bool IsAnotherCluster { get; init; }

    /// <summary>
    /// Holds the Jobs with the label of a run, to see at once that one has ended; null to look only from time to time.
    /// </summary>
    public IObjectCache? Cache { get; init; }
}
