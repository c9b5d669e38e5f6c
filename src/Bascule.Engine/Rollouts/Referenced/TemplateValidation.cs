using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Validation;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the templates of a Rollout's own analyses; those of experiment steps are the Experiment's matter (REF-4 to REF-7, REF-14).</summary>
internal sealed class TemplateValidation
{
    private readonly RolloutObservation _seen;
    private readonly ImmutableArray<(AnalysisPlace Place, int Step, RolloutAnalysis Analysis)> _places;
    private readonly AnalysisTemplates _templates;

    public TemplateValidation(RolloutObservation seen)
    {
        _seen = seen;
        _places = Places(seen.Rollout.Spec);
        _templates = _places.IsEmpty ? AnalysisTemplates.None : TemplateViews.Read(seen.Templates);
    }

    /// <summary>REF-4: the templates exist, and do not include themselves.</summary>
    public IEnumerable<FieldError> Missing()
    {
        foreach (var (place, step, analysis) in _places)
        {
            if (_templates.Collect(analysis.Templates, AnalysisReferences.TemplatesPath(place, step)).Failed(out var error))
                yield return FieldError.Invalid(error.Path, error.Value, error.Message);
        }
    }

    /// <summary>REF-5 to REF-7: they can become runs.</summary>
    public IEnumerable<FieldError> Contents()
    {
        ImmutableArray<RolloutAnalysis> ofSteps = [.. _places.Where(p => p.Place == AnalysisPlace.Step).Select(p => p.Analysis)];
        return from place in _places
               from error in AnalysisReferences.Validate(place.Place, place.Step, place.Analysis, ofSteps, _templates, _seen.Rollout.Root)
               select FieldError.Invalid(error.Path, error.Value, error.Message);
    }

    private static ImmutableArray<(AnalysisPlace Place, int Step, RolloutAnalysis Analysis)> Places(RolloutSpec spec)
    {
        IEnumerable<(AnalysisPlace Place, int Step, RolloutAnalysis? Analysis)> places = spec switch
        {
            { BlueGreen: { } blueGreen } => [(AnalysisPlace.PrePromotion, 0, blueGreen.PrePromotionAnalysis), (AnalysisPlace.PostPromotion, 0, blueGreen.PostPromotionAnalysis)],
            { Canary: { } canary } => canary.Steps.Select((step, i) => (AnalysisPlace.Step, i, step.Part<AnalysisStep>()?.Analysis)).Append((AnalysisPlace.Background, 0, canary.Analysis)),
            _ => [],
        };
        return [.. places.Where(p => p.Analysis is not null).Select(p => (p.Place, p.Step, p.Analysis!))];
    }
}
