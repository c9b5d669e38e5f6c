using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts;

/// <summary>What a spec may ask for and this version does not run; such a Rollout is left as it is.</summary>
internal static class UnsupportedFeatures
{
    /// <summary>The first such field; null when everything can be run.</summary>
    public static FieldError? FirstError(Rollout rollout)
    {
        if (rollout.Spec.WorkloadRef is not null)
            return Of("spec.workloadRef", "workloadRef");
        if (rollout.Spec.Canary is not { } canary)
            return Of("spec.strategy.blueGreen", "blue-green");
        if (canary.TrafficRouting is not null)
            return Of("spec.strategy.canary.trafficRouting", "traffic routing");
        if (canary.PingPong is not null)
            return Of("spec.strategy.canary.pingPong", "ping-pong");
        return canary.Steps.Select((step, i) => Step(step, $"spec.strategy.canary.steps[{i}]")).FirstOrDefault(e => e is not null);
    }

    private static FieldError? Step(CanaryStep step, string path) => step.Match(
        setWeight: _ => null,
        pause: _ => null,
        analysis: _ => null,
        experiment: _ => Of($"{path}.experiment", "an experiment step"),
        setCanaryScale: _ => (FieldError?)null,
        setHeaderRoute: _ => null,
        setMirrorRoute: _ => null,
        plugin: _ => Of($"{path}.plugin", "a plugin step"),
        invalid: _ => null);

    private static FieldError Of(string path, string feature) =>
        FieldError.Forbidden(path, $"this version of Bascule does not run {feature} yet; the rollout is left as it is");
}
