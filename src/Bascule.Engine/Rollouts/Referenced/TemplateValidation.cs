using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the templates of a Rollout's own analyses (REF-4 to REF-7, REF-14).</summary>
internal sealed class TemplateValidation
{
    private readonly Rollout _rollout;
    private readonly ImmutableArray<AnalysisUse> _analyses;
    private readonly AnalysisTemplates _templates;

    private TemplateValidation(RolloutObservation seen, ImmutableArray<AnalysisUse> analyses)
    {
        _rollout = seen.Rollout;
        _analyses = analyses;
        _templates = TemplateViews.Of(seen.Templates);
    }

    /// <summary>The check of what was seen; null where there is no analysis.</summary>
    public static TemplateValidation? Of(RolloutObservation seen) =>
        RolloutFacts.Of(seen.Rollout).Analyses is { IsEmpty: false } analyses ? new(seen, analyses) : null;

    /// <summary>REF-4: the templates exist, and do not include themselves.</summary>
    /// <returns>The first error; null for none.</returns>
    public FieldError? Missing()
    {
        foreach (var (place, step, analysis) in _analyses)
        {
            if (_templates.Collect(analysis.Templates, AnalysisReferences.TemplatesPath(place, step)).Failed(out var error))
                return FieldError.Invalid(error.Path, error.Value, error.Message);
        }

        return null;
    }

    /// <summary>REF-5 to REF-7: they can become runs.</summary>
    /// <returns>The first error; null for none.</returns>
    public FieldError? Contents()
    {
        ImmutableArray<RolloutAnalysis> ofSteps = [.. _analyses.Where(a => a.Place == AnalysisPlace.Step).Select(a => a.Analysis)];
        foreach (var (place, step, analysis) in _analyses)
        {
            if (AnalysisReferences.Validate(place, step, analysis, ofSteps, _templates, _rollout.Root) is [var error, ..])
                return FieldError.Invalid(error.Path, error.Value, error.Message);
        }

        return null;
    }
}
