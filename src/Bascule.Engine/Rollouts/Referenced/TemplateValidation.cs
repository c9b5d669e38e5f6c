using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the templates of a Rollout's own analyses (REF-4 to REF-7, REF-14).</summary>
internal sealed class TemplateValidation
{
    /// <summary>The last verdict about a spec, whose templates seldom change: to come to it, every metric is resolved.</summary>
    private static readonly ConditionalWeakTable<RolloutSpec, Verdict> Known = [];

    private readonly Rollout _rollout;
    private readonly ImmutableArray<AnalysisUse> _analyses;
    private readonly ImmutableArray<TemplateView> _seen;
    private readonly AnalysisTemplates _templates;

    private TemplateValidation(RolloutObservation seen, ImmutableArray<AnalysisUse> analyses)
    {
        _rollout = seen.Rollout;
        _analyses = analyses;
        _seen = seen.Templates;
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
        if (_analyses.Any(a => a.Analysis.Args.Any(arg => arg.ValueFrom?.FieldPath is not null)))
            return FirstError();
        if (Known.TryGetValue(_rollout.Spec, out var known) && known.Templates.AsSpan().SequenceEqual(_seen.AsSpan()))
            return known.Error;
        var error = FirstError();
        Known.AddOrUpdate(_rollout.Spec, new(_seen, error));
        return error;
    }

    private FieldError? FirstError()
    {
        ImmutableArray<RolloutAnalysis> ofSteps = [.. _analyses.Where(a => a.Place == AnalysisPlace.Step).Select(a => a.Analysis)];
        foreach (var (place, step, analysis) in _analyses)
        {
            if (AnalysisReferences.Validate(place, step, analysis, ofSteps, _templates, _rollout.Root) is [var error, ..])
                return FieldError.Invalid(error.Path, error.Value, error.Message);
        }

        return null;
    }

    private sealed record Verdict(ImmutableArray<TemplateView> Templates, FieldError? Error);
}
