using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the Services that a Rollout switches (REF-1 to REF-3).</summary>
internal static class ServiceValidation
{
    /// <summary>REF-1: the Services exist.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen) =>
        from place in Places(seen.Rollout.Spec)
        where !seen.Services.Any(s => s.Meta.Name == place.Name)
        select FieldError.Invalid(place.Path, place.Name, $"services \"{place.Name}\" not found");

    /// <summary>REF-2, REF-3: they select the Rollout's pods, and no other Rollout manages them.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen)
    {
        ImmutableSortedDictionary<string, string>? labels = null;
        foreach (var (path, name) in Places(seen.Rollout.Spec))
        {
            if (seen.Services.FirstOrDefault(s => s.Meta.Name == name) is not { } service)
                continue;
            labels ??= PodTemplateValidation.Labels(seen.Rollout);
            foreach (var (key, value) in service.Selector)
            {
                if (key != Labels.PodTemplateHash && labels.GetValueOrDefault(key) != value)
                    yield return FieldError.Invalid(path, name, $"the Service \"{name}\" selects pods by {key}={value}, which is not among the labels of the pod template");
            }

            if (service.Meta.Annotations.TryGetValue(Annotations.ManagedBy, out var manager) && manager != seen.Rollout.Name)
                yield return FieldError.Invalid(path, name, $"the Service \"{name}\" is managed by another Rollout, \"{manager}\"");
        }
    }

    private static IEnumerable<(string Path, string Name)> Places(RolloutSpec spec)
    {
        (string Path, string Name)[] places = spec switch
        {
            { BlueGreen: { } blueGreen } =>
            [
                ("spec.strategy.blueGreen.activeService", blueGreen.ActiveService),
                ("spec.strategy.blueGreen.previewService", blueGreen.PreviewService),
            ],
            { Canary: { } canary } =>
            [
                ("spec.strategy.canary.stableService", canary.StableService),
                ("spec.strategy.canary.canaryService", canary.CanaryService),
                ("spec.strategy.canary.pingPong.pingService", canary.PingPong?.PingService ?? ""),
                ("spec.strategy.canary.pingPong.pongService", canary.PingPong?.PongService ?? ""),
            ],
            _ => [],
        };
        return places.Where(p => p.Name.Length > 0);
    }
}
