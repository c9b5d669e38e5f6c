using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Set the size of the new version apart from its traffic (STEP-4).</summary>
public sealed record SetCanaryScaleStep : CanaryStep
{
    /// <summary>Exactly this many pods.</summary>
    public int? ScaleReplicas { get; init; }

    /// <summary>This share of the wanted pods.</summary>
    public int? ScaleWeight { get; init; }

    /// <summary>Follow the traffic again.</summary>
    public bool MatchTrafficWeight { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => setCanaryScale(this);

    internal static SetCanaryScaleStep ReadFields(JsonElement step)
    {
        var scale = step.Member("setCanaryScale");
        return new SetCanaryScaleStep
        {
            Raw = step,
            ScaleReplicas = scale.Int("replicas"),
            ScaleWeight = scale.Int("weight"),
            MatchTrafficWeight = scale.Bool("matchTrafficWeight") ?? false,
        };
    }

    internal static string Describe(JsonElement scale)
    {
        var text = scale.Int("weight") is { } weight ? $"weight: {weight}"
            : scale.Bool("matchTrafficWeight") is true ? "matchTrafficWeight: true"
            : $"replicas: {scale.Int("replicas") ?? 0}";
        return $"setCanaryScale{{{text}}}";
    }
}
