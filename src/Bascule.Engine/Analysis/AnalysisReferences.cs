using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Where in a Rollout an analysis stands.</summary>
public enum AnalysisPlace
{
    /// <summary><c>blueGreen.prePromotionAnalysis</c>.</summary>
    PrePromotion,

    /// <summary><c>blueGreen.postPromotionAnalysis</c>.</summary>
    PostPromotion,

    /// <summary><c>canary.steps[i].analysis</c>.</summary>
    Step,

    /// <summary><c>canary.analysis</c>, the only one that may run without end.</summary>
    Background,
}

/// <summary>Checks the templates that a Rollout refers to before any run is made (REF-4..7).</summary>
public static class AnalysisReferences
{
    private const string Placeholder = "dummy-value";

    /// <summary>The field that names the templates.</summary>
    /// <param name="place">Where the analysis stands.</param>
    /// <param name="stepIndex">The step, for <see cref="AnalysisPlace.Step"/>.</param>
    public static string TemplatesPath(AnalysisPlace place, int stepIndex = 0) => place switch
    {
        AnalysisPlace.PrePromotion => "spec.strategy.blueGreen.prePromotionAnalysis.templates",
        AnalysisPlace.PostPromotion => "spec.strategy.blueGreen.postPromotionAnalysis.templates",
        AnalysisPlace.Step => string.Create(CultureInfo.InvariantCulture, $"spec.strategy.canary.steps[{stepIndex}].analysis.templates"),
        AnalysisPlace.Background => "spec.strategy.canary.analysis.templates",
    };

    /// <summary>Checks one analysis of a Rollout.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="stepIndex">The step, for <see cref="AnalysisPlace.Step"/>.</param>
    /// <param name="analysis">What the Rollout says there.</param>
    /// <param name="stepAnalyses">The analyses of all steps of the same Rollout: their rules are tried against every template set (REF-5).</param>
    /// <param name="templates">All templates that could be meant.</param>
    /// <param name="rollout">The whole Rollout.</param>
    /// <returns>The errors; empty when the analysis can run.</returns>
    public static ImmutableArray<AnalysisReferenceError> Validate(
        AnalysisPlace place,
        int stepIndex,
        RolloutAnalysis analysis,
        ImmutableArray<RolloutAnalysis> stepAnalyses,
        AnalysisTemplates templates,
        JsonElement rollout)
    {
        var path = TemplatesPath(place, stepIndex);
        var collected = templates.Collect(analysis.Templates, path);
        if (collected.Failed(out var missing))
            return [missing];
        var names = AnalysisRunSpecs.Names(collected.Value);
        var (args, argError, inMetadata) = RolloutArguments.Resolve(analysis.Args, "dummy-new-hash", "dummy-stable-hash", rollout);
        if (inMetadata)
            return [new(path, names, argError!)];

        var ruleSets = stepAnalyses.Select(s => (s.DryRun, s.MeasurementRetention)).Prepend(([], []));
        foreach (var (dryRun, retention) in ruleSets)
        {
            if (AnalysisRunSpecs.Merge(collected.Value, args, dryRun, retention).Error is { } error)
                return [new(path, names, error)];
        }

        return [.. collected.Value.SelectMany(t => place == AnalysisPlace.Background ? MissingArgs(t, analysis, path) : EndlessMetrics(t, path))];
    }

    private static IEnumerable<AnalysisReferenceError> MissingArgs(AnalysisTemplate template, RolloutAnalysis analysis, string path) =>
        from arg in template.Args
        where arg.Value is null && arg.ValueFrom is null && !analysis.Args.Any(a => a.Name == arg.Name)
        select new AnalysisReferenceError(
            path,
            template.Reference.TemplateName,
            analysis.Args.IsEmpty ? "missing analysis arguments in rollout spec" : $"argument '{arg.Name}' has no value in the template and is not among the rollout's analysis arguments");

    private static List<AnalysisReferenceError> EndlessMetrics(AnalysisTemplate template, string path)
    {
        var name = template.Reference.TemplateName;
        if (template.Args.FirstOrDefault(a => a.Value is not null && a.ValueFrom is not null) is { } both)
            return [new(path, name, $"AnalysisTemplate {name}: arg '{both.Name}' has both Value and ValueFrom fields")];

        var args = template.Args.Select(a => a with { Value = a.Value ?? Placeholder, ValueFrom = null }).ToImmutableArray();
        var errors = new List<AnalysisReferenceError>();
        foreach (var metric in template.Metrics)
        {
            var (resolved, error) = Placeholders.Resolve(metric, args);
            if (resolved is null)
                return [new(path, name, $"AnalysisTemplate {name}: {error}")];
            if (resolved.EffectiveCount is null)
                errors.Add(new(path, name, $"AnalysisTemplate {name} has metric {metric.Name} which runs indefinitely. Invalid value for count: {resolved.Count?.Text ?? "nil"}"));
        }

        return errors;
    }
}
