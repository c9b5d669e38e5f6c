using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>Checks the blue-green strategy (VAL-10 to VAL-12).</summary>
internal static class BlueGreenValidation
{
    public static void Check(Findings findings, RolloutSpec spec, BlueGreenStrategy blueGreen)
    {
        if (blueGreen.ActiveService == blueGreen.PreviewService)
            findings.Invalid("activeService", blueGreen.ActiveService, "activeService and previewService are the same, expected two different Services");
        if (blueGreen.ActiveService.Length == 0)
            findings.Required("activeService", "must be the name of the Service that users reach");
        if (blueGreen.ScaleDownDelayRevisionLimit is { } limit && spec.RevisionHistoryLimit < limit)
            findings.Invalid("scaleDownDelayRevisionLimit", limit, $"must not be greater than revisionHistoryLimit, which is {spec.RevisionHistoryLimit}");
        CheckAntiAffinity(findings, blueGreen.AntiAffinity);
        if (blueGreen.PrePromotionAnalysisProblem is { } pre)
            findings.Invalid("prePromotionAnalysis", "analysis", pre);
        if (blueGreen.PostPromotionAnalysisProblem is { } post)
            findings.Invalid("postPromotionAnalysis", "analysis", post);
    }

    /// <summary>VAL-12, for both strategies.</summary>
    internal static void CheckAntiAffinity(Findings findings, AntiAffinity? antiAffinity)
    {
        if (antiAffinity is not var (weight, required))
            return;
        if (weight is null != required)
            findings.Invalid("antiAffinity", required ? "both" : "none", "expected exactly one of preferredDuringSchedulingIgnoredDuringExecution and requiredDuringSchedulingIgnoredDuringExecution");
        if (weight is < 1 or > 100)
            findings.Invalid("antiAffinity.weight", weight.Value, "must be between 1 and 100");
    }
}
