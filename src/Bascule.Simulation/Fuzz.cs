using System.Collections.Immutable;

namespace Bascule.Simulation;

/// <summary>Runs many seeds and keeps those that failed.</summary>
public static class Fuzz
{
    // Enough to see whether failures have one cause; the rest would only take time.
    private const int MostFailures = 10;

    /// <summary>Runs the seeds <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> - 1 on all cores.</summary>
    /// <param name="from">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="finished">Told after each run; may be called from several threads.</param>
    /// <param name="cancellationToken">Ends it early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The runs that failed, by seed; at most ten, after which no new seed is begun.</returns>
    public static ImmutableArray<SimulationOutcome> Run(int from, int count, Action<SimulationOutcome> finished, CancellationToken cancellationToken)
    {
        var failures = new List<SimulationOutcome>();
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, (i, loop) =>
        {
            var outcome = RolloutSimulation.Run(from + i);
            finished(outcome);
            if (outcome.Problem is null)
                return;
            lock (failures)
            {
                failures.Add(outcome);
                if (failures.Count >= MostFailures)
                    loop.Stop();
            }
        });
        return [.. failures.OrderBy(f => f.Seed)];
    }
}
