using System.Collections.Immutable;
using Bascule.Controller;
using Bascule.Simulation.World;

namespace Bascule.Simulation;

/// <summary>How one run of the simulation ended.</summary>
/// <param name="seed">Replays the run, exactly.</param>
/// <param name="world">As it was in the end.</param>
public sealed class SimulationOutcome(int seed, SimulatedWorld world)
{
    /// <summary>Replays the run, exactly.</summary>
    public int Seed { get; } = seed;

    /// <summary>What went wrong, in words; null when every promise held and the rollout converged.</summary>
    public string? Problem { get; } = world.Problem;

    /// <summary>Writes of all the controller's lives.</summary>
    public long Writes { get; } = world.Writes;

    /// <summary>Passes of all the controller's lives.</summary>
    public long Passes { get; } = world.Passes;

    /// <summary>Virtual time that passed.</summary>
    public TimeSpan Elapsed { get; } = world.Time.Elapsed;

    /// <summary>What the user wants in the end: the <c>spec</c> of the Rollout in JSON; empty when there is no Rollout.</summary>
    public string Spec => world.Server.All(ArgoResources.Rollouts).FirstOrDefault()?.Root.GetProperty("spec").GetRawText() ?? "";

    /// <summary>What happened, line by line, oldest first; only its end when it was long.</summary>
    public ImmutableArray<string> Trace => world.Trace.Lines;
}
