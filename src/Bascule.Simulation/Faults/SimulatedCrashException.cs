namespace Bascule.Simulation.Faults;

/// <summary>The controller's process is gone at this very point. Nothing may catch it but the simulation.</summary>
public sealed class SimulatedCrashException() : Exception("the simulated controller crashed here");
