using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>
/// The Rollout is deleted, with what it owns or without, and applied again at once or later, as it was wanted before.
/// </summary>
/// <param name="world">Where it is.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="random">Chooses how.</param>
internal sealed class Reinstallation(SimulatedWorld world, RolloutEditor rollout, Random random)
{
    /// <summary>What to apply again; null while the Rollout is there.</summary>
    private JsonObject? _spec;

    /// <summary>Deletes it, or applies it again if it is deleted.</summary>
    public void Act()
    {
        if (_spec is not null)
            Apply();
        else if (rollout.CopyOfSpec() is { } spec)
            Delete(spec);
    }

    /// <summary>It is there, and nothing of earlier ones.</summary>
    public void Settle()
    {
        Apply();
        world.Server.CollectGarbage();
    }

    private void Delete(JsonObject spec)
    {
        var isOrphaning = random.Next(2) == 0;
        world.Trace.Add("user: delete the Rollout", isOrphaning ? ", and leave what it owns" : "");
        if (isOrphaning)
            world.Server.Orphan(rollout.Current!.Uid);
        Completed.Finish(world.Server.DeleteAsync(ArgoResources.Rollouts, rollout.Current!.Key, new Kube.DeleteOptions(), CancellationToken.None));
        world.CollectGarbageAfter(TimeSpan.FromSeconds(random.NextDouble() * 30));
        _spec = spec;
        if (random.Next(2) == 0)
            Apply();
    }

    private void Apply()
    {
        if (_spec is null)
            return;
        world.Trace.Add("user: apply the Rollout again");
        RolloutScenario.CreateRollout(world.Server, _spec);
        _spec = null;
    }
}
