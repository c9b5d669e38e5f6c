namespace Bascule.Api.Rollouts.Steps;

/// <summary>Send a share of the traffic to the new version (STEP-1). The share is <see cref="CanaryStep.Weight"/>.</summary>
public sealed record SetWeightStep : CanaryStep
{
    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => setWeight(this);
}
