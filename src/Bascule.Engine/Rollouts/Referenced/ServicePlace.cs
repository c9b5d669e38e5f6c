using System.Collections.Immutable;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>A Service that a Rollout names.</summary>
/// <param name="Path">The field that names it.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct ServicePlace(string Path, string Name)
{
    /// <summary>The Services that a spec names, in the order in which they are validated.</summary>
    public static ImmutableArray<ServicePlace> Of(RolloutSpec spec)
    {
        ServicePlace[] places = spec switch
        {
            { BlueGreen: { } blueGreen } =>
            [
                new("spec.strategy.blueGreen.activeService", blueGreen.ActiveService),
                new("spec.strategy.blueGreen.previewService", blueGreen.PreviewService),
            ],
            { Canary: { } canary } =>
            [
                new("spec.strategy.canary.stableService", canary.StableService),
                new("spec.strategy.canary.canaryService", canary.CanaryService),
                new("spec.strategy.canary.pingPong.pingService", canary.PingPong?.PingService ?? ""),
                new("spec.strategy.canary.pingPong.pongService", canary.PingPong?.PongService ?? ""),
            ],
            _ => [],
        };
        return [.. places.Where(p => p.Name.Length > 0)];
    }
}
