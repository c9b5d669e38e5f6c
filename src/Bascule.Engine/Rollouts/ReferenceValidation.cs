using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Validation;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts;

/// <summary>Checks what the Rollout refers to (REF-1 to REF-7), in the reference's order: existence first, then contents.</summary>
internal static class ReferenceValidation
{
    /// <summary>The first error; null when all references are good.</summary>
    public static FieldError? FirstError(RolloutObservation seen)
    {
        (string Path, string Name)[] services = seen.Rollout.Spec switch
        {
            { Canary: { } canary } =>
            [
                ("spec.strategy.canary.canaryService", canary.CanaryService),
                ("spec.strategy.canary.stableService", canary.StableService),
                ("spec.strategy.canary.pingPong.pingService", canary.PingPong?.PingService ?? ""),
                ("spec.strategy.canary.pingPong.pongService", canary.PingPong?.PongService ?? ""),
            ],
            { BlueGreen: { } blueGreen } =>
            [
                ("spec.strategy.blueGreen.activeService", blueGreen.ActiveService),
                ("spec.strategy.blueGreen.previewService", blueGreen.PreviewService),
            ],
            _ => [],
        };
        return services.Select(s => Exists(seen, s.Path, s.Name)).FirstOrDefault(e => e is not null)
            ?? services.Select(s => Selects(seen, s.Path, s.Name)).FirstOrDefault(e => e is not null)
            ?? Analyses(seen).FirstOrDefault();
    }

    /// <summary>The templates that can be read, and why others cannot.</summary>
    public static (AnalysisTemplates Found, string? Problem) Templates(RolloutObservation seen) => TemplateViews.Read(seen.Templates);

    private static FieldError? Exists(RolloutObservation seen, string path, string name) =>
        name.Length == 0 || seen.Services.Any(s => s.Meta.Name == name)
            ? null
            : FieldError.Invalid(path, name, $"services \"{name}\" not found");

    private static FieldError? Selects(RolloutObservation seen, string path, string name)
    {
        if (seen.Services.FirstOrDefault(s => s.Meta.Name == name) is not { } service)
            return null;
        if (service.Meta.Annotations.TryGetValue(Annotations.ManagedBy, out var manager) && manager != seen.Rollout.Name)
            return FieldError.Invalid(path, name, $"Service \"{name}\" is managed by another Rollout");
        var labels = PodTemplateValidation.Labels(seen.Rollout);
        foreach (var (key, value) in service.Selector)
        {
            if (key != Labels.PodTemplateHash && labels.GetValueOrDefault(key) != value)
                return FieldError.Invalid(path, name, $"Service \"{name}\" has unmatch label \"{key}\" in rollout");
        }

        return null;
    }

    private static IEnumerable<FieldError> Analyses(RolloutObservation seen)
    {
        ImmutableArray<(AnalysisPlace Place, int Index, RolloutAnalysis? Analysis)> places = seen.Rollout.Spec switch
        {
            { Canary: { } canary } =>
            [
                .. canary.Steps.Select((step, index) => (AnalysisPlace.Step, index, (step as AnalysisStep)?.Analysis)),
                (AnalysisPlace.Background, 0, canary.Analysis),
            ],
            { BlueGreen: { } blueGreen } =>
            [
                (AnalysisPlace.PrePromotion, 0, blueGreen.PrePromotionAnalysis),
                (AnalysisPlace.PostPromotion, 0, blueGreen.PostPromotionAnalysis),
            ],
            _ => [],
        };
        if (places.All(p => p.Analysis is null))
            yield break;
        ImmutableArray<RolloutAnalysis> stepAnalyses = [.. places.Where(p => p.Place == AnalysisPlace.Step).Select(p => p.Analysis).OfType<RolloutAnalysis>()];
        var (templates, problem) = Templates(seen);
        if (problem is not null)
            yield return FieldError.Invalid("spec.templates", "", problem);
        foreach (var (place, index, analysis) in places)
        {
            if (analysis is null)
                continue;
            foreach (var error in AnalysisReferences.Validate(place, index, analysis, stepAnalyses, templates, seen.Rollout.Root))
                yield return FieldError.Invalid(error.Path, error.Value, error.Message);
        }
    }
}
