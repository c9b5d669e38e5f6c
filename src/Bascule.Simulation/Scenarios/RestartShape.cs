using Bascule.Api.Json;
using Bascule.Controller.Actions;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A user who restarts the pods now and then (CLI-7), also at a time that is still to come; one run of eight has one.</summary>
/// <param name="world">Where they are.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="random">The chance.</param>
internal sealed class RestartShape(SimulatedWorld world, RolloutEditor rollout, Random random)
{
    private readonly bool _restarts = random.Next(8) == 0;

    /// <summary>Now and then asks for a restart.</summary>
    public void Act()
    {
        if (_restarts && random.Next(2) == 0)
            Restart(TimeSpan.FromSeconds(random.Next(3) == 0 ? random.Next(1, 60) : 0));
    }

    /// <summary>Asks for the last one, in peace.</summary>
    public void Settle()
    {
        if (_restarts)
            Restart(TimeSpan.Zero);
    }

    /// <summary>In the end every pod is younger than the last restart, and the controller knows.</summary>
    public void Judge()
    {
        if (!_restarts || world.Problem is not null || rollout.Current?.Root is not { } root)
            return;
        var wanted = root.GetProperty("spec").Instant("restartAt") ?? default;
        if (root.GetProperty("status").Instant("restartedAt") != wanted)
            world.Fail($"a restart at {wanted:u} is not known to have ended: {world.View()}");
        else if (world.Pods.OlderThan(wanted) > 0)
            world.Fail($"a pod is older than the restart at {wanted:u}: {world.View()}");
    }

    private void Restart(TimeSpan ahead)
    {
        // The API counts in whole seconds: of two restarts within one, the second would be none. Where the clock was set back, one may come again.
        string? version;
        do
        {
            world.RunFor(TimeSpan.FromSeconds(1));
            version = rollout.Current?.ResourceVersion;
            rollout.Send("restart", RolloutActions.Restart(world.Time.GetUtcNow() + ahead));
        }
        while (rollout.Current is { } current && current.ResourceVersion == version && world.Problem is null);
    }
}
