using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts;

/// <summary>Sorts the templates that a pass has seen.</summary>
internal static class TemplateViews
{
    /// <summary>The templates by their references.</summary>
    public static AnalysisTemplates Of(ImmutableArray<TemplateView> seen)
    {
        var found = new Dictionary<AnalysisTemplateReference, AnalysisTemplate>();
        foreach (var view in seen)
            found[view.Template.Reference] = view.Template;
        return new AnalysisTemplates(found.Values);
    }
}
