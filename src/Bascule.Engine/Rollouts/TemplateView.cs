using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Rollouts;

/// <summary>An AnalysisTemplate or ClusterAnalysisTemplate that exists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClusterScope">True for a ClusterAnalysisTemplate.</param>
/// <param name="Template">What it says.</param>
public sealed record TemplateView(string Name, bool ClusterScope, AnalysisTemplate Template)
{
    /// <summary>Reads a template.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    /// <param name="clusterScope">True for a ClusterAnalysisTemplate.</param>
    public static TemplateView Read(JsonElement root, bool clusterScope)
    {
        var name = root.Member("metadata").Text("name") ?? "";
        return new(name, clusterScope, AnalysisTemplate.Parse(root) with { Reference = new(name, clusterScope) });
    }
}
