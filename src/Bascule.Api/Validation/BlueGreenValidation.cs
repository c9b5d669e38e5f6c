using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>Checks the blue-green strategy (VAL-10 to VAL-12).</summary>
internal static class BlueGreenValidation
{
    public static IEnumerable<FieldError> Errors(RolloutSpec spec, BlueGreenStrategy blueGreen)
    {
        if (blueGreen.ActiveService == blueGreen.PreviewService)
            yield return FieldError.Invalid("spec.strategy.activeService", blueGreen.ActiveService, "activeService and previewService are the same, expected two different Services");
        if (blueGreen.ScaleDownDelayRevisionLimit is { } limit && spec.RevisionHistoryLimit < limit)
            yield return FieldError.Invalid("spec.strategy.scaleDownDelayRevisionLimit", limit, $"must not be greater than revisionHistoryLimit, which is {spec.RevisionHistoryLimit}");
        foreach (var error in AntiAffinityErrors(blueGreen.AntiAffinity))
            yield return error;
        if (blueGreen.PrePromotionAnalysisProblem is { } pre)
            yield return FieldError.Invalid("spec.strategy.prePromotionAnalysis", "Object", pre);
        if (blueGreen.PostPromotionAnalysisProblem is { } post)
            yield return FieldError.Invalid("spec.strategy.postPromotionAnalysis", "Object", post);
    }

    /// <summary>VAL-12, for both strategies.</summary>
    internal static IEnumerable<FieldError> AntiAffinityErrors(AntiAffinity? antiAffinity)
    {
        if (antiAffinity is not { } found)
            yield break;
        if (found.PreferredWeight is null != found.IsRequired)
            yield return FieldError.Invalid("spec.strategy.antiAffinity", found.IsRequired ? "both" : "none", "expected exactly one of preferredDuringSchedulingIgnoredDuringExecution and requiredDuringSchedulingIgnoredDuringExecution");
        if (found.PreferredWeight is { } weight and (< 1 or > 100))
            yield return FieldError.Invalid("spec.strategy.antiAffinity.weight", weight, "must be between 1 and 100");
    }
}
