namespace Bascule.Api.Rollouts.Steps;

/// <summary>A step that sets nothing we know (VAL-50).</summary>
public sealed record InvalidStep : CanaryStep
{
    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => invalid(this);
}
