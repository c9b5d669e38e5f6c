namespace Bascule.Api.Analysis;

/// <summary>Names an AnalysisTemplate of the same namespace, or a ClusterAnalysisTemplate (AT-17).</summary>
/// <param name="TemplateName">The template.</param>
/// <param name="ClusterScope">True for a ClusterAnalysisTemplate.</param>
public readonly record struct AnalysisTemplateReference(string TemplateName, bool ClusterScope)
{
    /// <summary>The kind that is referred to.</summary>
    public string Kind => ClusterScope ? "ClusterAnalysisTemplate" : "AnalysisTemplate";

    internal static AnalysisTemplateReference Read(Field field) => new(field["templateName"].Text() ?? "", field["clusterScope"].Flag());
}
