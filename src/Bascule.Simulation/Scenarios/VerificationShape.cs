using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A load balancer that can tell whether weights have arrived, and takes its time now and then (TR-24); one run of three has one.</summary>
/// <param name="world">Where it is.</param>
/// <param name="random">The chance.</param>
internal sealed class VerificationShape(SimulatedWorld world, Random random)
{
    private readonly bool _verifies = random.Next(3) == 0;

    /// <summary>It begins to tell.</summary>
    public void Begin()
    {
        if (_verifies)
            world.LoadBalancer.Takes = () => TimeSpan.FromSeconds(random.Next(3) == 0 ? random.Next(1, 120) : 0);
    }

    /// <summary>In peace it takes a few seconds.</summary>
    public void Settle()
    {
        if (_verifies)
            world.LoadBalancer.Takes = () => TimeSpan.FromSeconds(5);
    }
}
