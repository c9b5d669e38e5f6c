using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>Checks the blue-green strategy (VAL-10 to VAL-12).</summary>
internal static class BlueGreenValidation
{
    public static IEnumerable<FieldError> Errors(RolloutSpec spec, JsonElement blueGreen)
    {
        var active = blueGreen.Text("activeService") ?? "";
        if (active == (blueGreen.Text("previewService") ?? ""))
            yield return FieldError.Invalid("spec.strategy.activeService", active, "activeService and previewService are the same, expected two different Services");
        if (blueGreen.Int("scaleDownDelayRevisionLimit") is { } limit && spec.RevisionHistoryLimit < limit)
            yield return FieldError.Invalid("spec.strategy.scaleDownDelayRevisionLimit", limit, $"must not be greater than revisionHistoryLimit, which is {spec.RevisionHistoryLimit}");
        foreach (var error in AntiAffinityErrors(blueGreen.MemberOrNull("antiAffinity")))
            yield return error;
    }

    /// <summary>VAL-12, for both strategies.</summary>
    internal static IEnumerable<FieldError> AntiAffinityErrors(JsonElement? antiAffinity)
    {
        if (antiAffinity is not { } found)
            yield break;
        var preferred = found.MemberOrNull("preferredDuringSchedulingIgnoredDuringExecution");
        var required = found.MemberOrNull("requiredDuringSchedulingIgnoredDuringExecution");
        if (preferred is null == required is null)
            yield return FieldError.Invalid("spec.strategy.antiAffinity", preferred is null ? "none" : "both", "expected exactly one of preferredDuringSchedulingIgnoredDuringExecution and requiredDuringSchedulingIgnoredDuringExecution");
        if (preferred is { } term && (term.Int("weight") ?? 0) is var weight and (< 1 or > 100))
            yield return FieldError.Invalid("spec.strategy.antiAffinity.weight", weight, "must be between 1 and 100");
    }
}
