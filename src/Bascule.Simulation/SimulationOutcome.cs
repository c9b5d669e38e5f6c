using System.Collections.Immutable;

namespace Bascule.Simulation;

/// <summary>How one run of the simulation ended.</summary>
/// <param name="Seed">Replays the run, exactly.</param>
/// <param name="Problem">What went wrong, in words; null when every promise held and the rollout converged.</param>
/// <param name="Writes">Writes of all the controller's lives.</param>
/// <param name="Elapsed">Virtual time that passed.</param>
/// <param name="Trace">What happened, line by line, oldest first; only its end when it was long.</param>
public sealed record SimulationOutcome(int Seed, string? Problem, long Writes, TimeSpan Elapsed, ImmutableArray<string> Trace);
