using Bascule.Kube;

namespace Bascule.Controller;

/// <summary>The custom resources of progressive delivery, as the API serves them (CRD rows).</summary>
public static class ArgoResources
{
    /// <summary>Rollouts.</summary>
    public static ResourceType Rollouts { get; } = Of("rollouts", "Rollout");

    /// <summary>Analysis runs.</summary>
    public static ResourceType AnalysisRuns { get; } = Of("analysisruns", "AnalysisRun");

    /// <summary>Analysis templates of a namespace.</summary>
    public static ResourceType AnalysisTemplates { get; } = Of("analysistemplates", "AnalysisTemplate");

    /// <summary>Analysis templates for every namespace.</summary>
    public static ResourceType ClusterAnalysisTemplates { get; } = Of("clusteranalysistemplates", "ClusterAnalysisTemplate") with { Namespaced = false };

    /// <summary>Experiments.</summary>
    public static ResourceType Experiments { get; } = Of("experiments", "Experiment");

    private static ResourceType Of(string plural, string kind) => new("argoproj.io", "v1alpha1", plural, kind);
}
