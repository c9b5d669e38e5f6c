using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Engine.Rollouts;

/// <summary>An AnalysisTemplate or ClusterAnalysisTemplate that exists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClusterScope">True for a ClusterAnalysisTemplate.</param>
/// <param name="Root">The whole object.</param>
public sealed record TemplateView(string Name, bool ClusterScope, JsonElement Root)
{
    /// <summary>Reads a template.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    /// <param name="clusterScope">True for a ClusterAnalysisTemplate.</param>
    public static TemplateView Read(JsonElement root, bool clusterScope) => new(root.Member("metadata").Text("name") ?? "", clusterScope, root);
}
