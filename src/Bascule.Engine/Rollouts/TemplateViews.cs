using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts;

/// <summary>Reads the templates that a pass has seen.</summary>
internal static class TemplateViews
{
    /// <summary>The templates by their references.</summary>
    public static AnalysisTemplates Read(ImmutableArray<TemplateView> seen)
    {
        var found = new Dictionary<AnalysisTemplateReference, AnalysisTemplate>();
        foreach (var view in seen)
        {
            var reference = new AnalysisTemplateReference(view.Name, view.ClusterScope);
            found[reference] = AnalysisTemplate.Parse(view.Root) with { Reference = reference };
        }

        return new AnalysisTemplates(found.Values);
    }
}
