using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Names an AnalysisTemplate, or a ClusterAnalysisTemplate.</summary>
/// <param name="Name">The template's name.</param>
/// <param name="ClusterScope">True for a ClusterAnalysisTemplate (AT-17).</param>
public sealed record AnalysisTemplateReference(string Name, bool ClusterScope)
{
    /// <summary>Reads an entry of a <c>templates</c> list.</summary>
    public static AnalysisTemplateReference Read(JsonElement reference) => new(reference.Text("templateName") ?? "", reference.Bool("clusterScope") ?? false);
}
