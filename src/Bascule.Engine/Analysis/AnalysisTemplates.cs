using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>The templates that a Rollout can refer to: those of its namespace and those of the cluster.</summary>
public sealed class AnalysisTemplates
{
    private readonly Dictionary<AnalysisTemplateReference, AnalysisTemplate> byReference;

    /// <summary>Indexes the templates by scope and name.</summary>
    public AnalysisTemplates(IEnumerable<AnalysisTemplate> templates) => byReference = templates.ToDictionary(t => t.Reference);

    /// <summary>No templates at all.</summary>
    public static AnalysisTemplates None { get; } = new([]);

    /// <summary>The template; null when there is none of that scope and name.</summary>
    public AnalysisTemplate? Find(AnalysisTemplateReference reference) => byReference.GetValueOrDefault(reference);

    /// <summary>
    /// The referenced templates and those nested in them, in the order in which they merge (AT-10): all AnalysisTemplates
    /// first, then all ClusterAnalysisTemplates, each depth first, without duplicates.
    /// </summary>
    /// <param name="references">The templates that the Rollout names.</param>
    /// <param name="path">The field that names them, for the error.</param>
    internal Outcome<ImmutableArray<AnalysisTemplate>> Collect(ImmutableArray<AnalysisTemplateReference> references, string path)
    {
        var found = new List<AnalysisTemplate>();
        var error = Collect(references, path, [], found);
        return error is not null
            ? new(error)
            : new([.. found.Where(t => !t.Reference.ClusterScope), .. found.Where(t => t.Reference.ClusterScope)]);
    }

    private AnalysisReferenceError? Collect(
        ImmutableArray<AnalysisTemplateReference> references,
        string path,
        ImmutableArray<AnalysisTemplateReference> parents,
        List<AnalysisTemplate> found)
    {
        foreach (var reference in references)
        {
            if (parents.Contains(reference))
            {
                var cycle = string.Join(" -> ", parents.SkipWhile(p => p != reference).Append(reference).Select(p => p.TemplateName));
                return new(path, reference.TemplateName, $"{reference.Kind} '{reference.TemplateName}' includes itself: {cycle}");
            }

            if (Find(reference) is not { } template)
                return new(path, reference.TemplateName, $"{reference.Kind} '{reference.TemplateName}' not found");
            // A template that was already met has been searched through; going in again could only repeat it.
            if (found.Any(t => t.Reference == reference))
                continue;
            found.Add(template);
            if (Collect(template.Templates, "spec.templates", parents.Add(reference), found) is { } error)
                return error;
        }

        return null;
    }
}
