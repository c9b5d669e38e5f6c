using System.Globalization;

namespace Bascule.Simulation.Tests;

/// <summary>Random Rollouts under random faults keep every promise and converge.</summary>
public sealed class RolloutSimulationTests
{
    /// <summary>How many seeds to run: <c>./test --seeds N</c>.</summary>
    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("BASCULE_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) ? seeds : 2000;

    [Fact]
    public void Rollout_UnderFaults_KeepsItsPromisesAndConverges()
    {
        var ran = 0;

        var failures = Fuzz.Run(1, Seeds, _ => Interlocked.Increment(ref ran), TestContext.Current.CancellationToken);

        Assert.True(failures.IsEmpty, string.Join("\n\n", failures.Take(3).Select(Describe)));
        Assert.Equal(Seeds, ran);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void Seed_RunTwice_IsTheSameRun(int seed)
    {
        var first = RolloutSimulation.Run(seed);
        var second = RolloutSimulation.Run(seed);

        Assert.Equal(first.Trace, second.Trace);
        Assert.Equal(first.Writes, second.Writes);
    }

    private static string Describe(SimulationOutcome failure) =>
        $"seed {failure.Seed}: {failure.Problem}\n{string.Join('\n', failure.Trace.TakeLast(40))}\nreplay with: bascule fuzz --seeds 1 --from {failure.Seed}";
}
