using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts;

/// <summary>Reads the templates that a pass has seen.</summary>
internal static class TemplateViews
{
    /// <summary>The templates that can be read, and why the first of the others cannot.</summary>
    public static (AnalysisTemplates Found, string? Problem) Read(ImmutableArray<TemplateView> seen)
    {
        var found = new Dictionary<AnalysisTemplateReference, AnalysisTemplate>();
        string? problem = null;
        foreach (var view in seen)
        {
            var reference = new AnalysisTemplateReference(view.Name, view.ClusterScope);
            try
            {
                found[reference] = AnalysisTemplate.Parse(view.Root) with { Reference = reference };
            }
            catch (FieldFormatException e)
            {
                problem ??= $"{reference.Kind} '{view.Name}' is malformed: {e.Message}";
            }
        }

        return (new AnalysisTemplates(found.Values), problem);
    }
}
