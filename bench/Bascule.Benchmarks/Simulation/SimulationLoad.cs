using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation;
using Bascule.Simulation.Scenarios;
using Bascule.Simulation.World;

namespace Bascule.Benchmarks.Simulation;

/// <summary>
/// Whole rollouts in virtual time, in one thread: plain ones, where nothing fails, and the fuzzer's. Prints rollouts per
/// second of CPU, and what one allocates.
/// </summary>
internal static class SimulationLoad
{
    private const string Plain = """
        { "replicas": 5, "selector": { "matchLabels": { "app": "web" } }, "strategy": { "canary": { "steps": [
          { "setWeight": 20 }, { "pause": { "duration": "60s" } }, { "setWeight": 40 }, { "setWeight": 60 }, { "setWeight": 80 } ] } } }
        """;

    /// <summary>The best of them tells most on a machine with other work.</summary>
    private const int Batches = 10;

    /// <summary>Measures.</summary>
    /// <param name="count">How many of each kind.</param>
    public static void Run(int count)
    {
        Measure("plain: v1, then v2 in 5 steps", count, Update);
        Measure("fuzzer: users and faults", count, Fuzz);
    }

    private static void Measure(string what, int count, Func<int, (long Passes, long Writes)> live)
    {
        for (var seed = 1; seed <= count; seed++)
            live(seed);
        var (passes, writes, best) = (0L, 0L, 0.0);
        var (batchBegan, batch) = (Environment.CpuUsage.TotalTime, Math.Max(1, count / Batches));
        var (clock, cpu, bytes, collections) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), GC.CollectionCount(0));
        for (var seed = 1; seed <= count; seed++)
        {
            var life = live(seed);
            passes += life.Passes;
            writes += life.Writes;
            if (seed % batch != 0)
                continue;
            var now = Environment.CpuUsage.TotalTime;
            best = Math.Max(best, batch / (now - batchBegan).TotalSeconds);
            batchBegan = now;
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        collections = GC.CollectionCount(0) - collections;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {count / cpu.TotalSeconds:0.0} per CPU second, {best:0.0} in the best tenth of the run, {count / clock.Elapsed.TotalSeconds:0.0} per second; each {1.0 * passes / count:0.0} passes, {1.0 * writes / count:0.0} writes, {bytes / count / 1024} KB; {collections} collections"));
    }

    private static (long Passes, long Writes) Fuzz(int seed)
    {
        var outcome = RolloutSimulation.Run(seed);
        return outcome.Problem is { } problem ? throw new InvalidOperationException($"seed {seed}: {problem}") : (outcome.Passes, outcome.Writes);
    }

    private static (long Passes, long Writes) Update(int seed)
    {
        var world = new SimulatedWorld(new Random(seed), RolloutScenario.Name);
        Apply(world, new JsonObject { ["metadata"] = new JsonObject { ["name"] = RolloutScenario.Name }, ["spec"] = Spec("web:v1-Good") });
        world.StartController();
        world.RunUntilQuiet(() => false);
        var patch = Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["template"] = RolloutScenario.Template("web:v2-Good") } });
        world.Server.PatchAsync(ArgoResources.Rollouts, new(SimulatedWorld.Namespace, RolloutScenario.Name), patch, null, CancellationToken.None).GetAwaiter().GetResult();
        world.RunUntilQuiet(() => false);
        if (world.Problem is not null || world.Rollout is not { Phase: "Healthy", IsObserved: true } healthy || healthy.StableHash != healthy.CurrentHash)
            throw new InvalidOperationException($"not healthy on v2: {world.Problem ?? world.View()?.ToString()}");
        return (world.Passes, world.Writes);
    }

    private static void Apply(SimulatedWorld world, JsonObject body) =>
        world.Server.CreateAsync(ArgoResources.Rollouts, SimulatedWorld.Namespace, body, CancellationToken.None).GetAwaiter().GetResult();

    private static JsonObject Spec(string image)
    {
        var spec = (JsonObject)JsonNode.Parse(Plain)!;
        spec["template"] = RolloutScenario.Template(image);
        return spec;
    }
}
