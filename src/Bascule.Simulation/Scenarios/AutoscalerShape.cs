using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>
/// A HorizontalPodAutoscaler with an unsteady load: it scales every few seconds through the scale subresource, during
/// updates as well, from the number of pods that the status tells. One run of eight has one.
/// </summary>
/// <param name="world">Where it is.</param>
/// <param name="rollout">What it scales.</param>
/// <param name="random">The load.</param>
internal sealed class AutoscalerShape(SimulatedWorld world, RolloutEditor rollout, Random random)
{
    private const int Most = 10;

    private static readonly TimeSpan s_syncPeriod = TimeSpan.FromSeconds(15);

    private readonly bool _scales = random.Next(8) == 0;

    /// <summary>Lets time pass, and the autoscaler do its work in it.</summary>
    public void RunFor(TimeSpan duration)
    {
        var until = world.Time.Elapsed + duration;
        while (_scales && world.Problem is null && until - world.Time.Elapsed > s_syncPeriod)
        {
            world.RunFor(s_syncPeriod);
            if (random.Next(3) == 0)
                Scale();
        }

        world.RunFor(until - world.Time.Elapsed);
    }

    /// <summary>As the real one does: none where the user wants no pods, and in proportion to the pods there are.</summary>
    private void Scale()
    {
        if (rollout.Current is not { } found || found.Root.GetProperty("spec").Int("replicas") is not > 0)
            return;
        var pods = Math.Max(1, found.Root.Member("status").Int("HPAReplicas") ?? 0);
        var replicas = Math.Clamp((int)Math.Ceiling(pods * (0.5 + (random.NextDouble() * 1.2))), 1, Most);
        world.Trace.Add("the autoscaler scales to ", replicas);
        var scale = Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } });
        Completed.Finish(world.Server.PatchAsync(ArgoResources.Rollouts, found.Key, scale, "scale", CancellationToken.None));
    }
}
