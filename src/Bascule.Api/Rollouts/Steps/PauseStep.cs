using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Wait (STEP-2, STEP-3).</summary>
public sealed record PauseStep : CanaryStep
{
    /// <summary>Seconds to wait; null until a user resumes; -1 when the duration as written does not parse.</summary>
    public int? DurationSeconds { get; private init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => pause(this);

    internal static PauseStep ReadFields(JsonElement step)
    {
        var pause = step.Member("pause");
        return new PauseStep { Raw = step, DurationSeconds = pause.Raw("duration") is null ? null : Seconds(pause.IntOrString("duration")) };
    }

    private static int Seconds(IntOrString? duration) => duration switch
    {
        null => -1,
        { Text: null, Number: var seconds } => seconds,
        { Text: { } text } when text.Length > 0 && text.All(char.IsAsciiDigit) => int.TryParse(text, out var digits) ? digits : -1,
        { Text: { } text } when GoDuration.TryParse(text, out var parsed) && Math.Abs(parsed.TotalSeconds) <= int.MaxValue => (int)parsed.TotalSeconds,
        _ => -1,
    };
}
