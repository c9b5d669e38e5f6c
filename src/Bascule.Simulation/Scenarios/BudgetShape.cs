using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A disruption budget that is in the way of evictions while there is trouble (RST-4): of some, or of all; one run of two has one.</summary>
/// <param name="world">Where it is.</param>
/// <param name="random">The chance.</param>
internal sealed class BudgetShape(SimulatedWorld world, Random random)
{
    private readonly double _refused = random.Next(2) == 0 ? 0 : random.Next(1, 4) / 3.0;

    /// <summary>It is in force.</summary>
    public void Begin() => world.IsEvictionRefused = () => random.NextDouble() < _refused;

    /// <summary>It is in nobody's way any more.</summary>
    public void Settle() => world.IsEvictionRefused = () => false;
}
