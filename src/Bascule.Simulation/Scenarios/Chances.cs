namespace Bascule.Simulation.Scenarios;

/// <summary>
/// Sources of chance beside the main one, one for each thing that a run may have or lack: what is added to the simulation
/// leaves the draws of everything else alone, so that known seeds go on meaning what they meant.
/// </summary>
internal static class Chances
{
    /// <summary>For what users do seldom.</summary>
    public static Random OfRareActions(int seed) => Of(seed, 1);

    /// <summary>For a Deployment that the Rollout refers to.</summary>
    public static Random OfWorkloads(int seed) => Of(seed, 2);

    /// <summary>For restarts of the pods.</summary>
    public static Random OfRestarts(int seed) => Of(seed, 3);

    /// <summary>For an autoscaler.</summary>
    public static Random OfAutoscalers(int seed) => Of(seed, 4);

    /// <summary>For Experiments.</summary>
    public static Random OfExperiments(int seed) => Of(seed, 5);

    /// <summary>For disruption budgets.</summary>
    public static Random OfBudgets(int seed) => Of(seed, 6);

    /// <summary>For what pods wear in their role.</summary>
    public static Random OfPodMetadata(int seed) => Of(seed, 7);

    /// <summary>For load balancers that can tell whether weights have arrived.</summary>
    public static Random OfVerification(int seed) => Of(seed, 8);

    private static Random Of(int seed, int dimension) => new(unchecked((seed * (int)0x9E3779B1) ^ dimension));
}
