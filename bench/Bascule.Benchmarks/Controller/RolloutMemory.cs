namespace Bascule.Benchmarks.Controller;

/// <summary>What a controller keeps of each Rollout that is at rest. The sandbox is in this process, the controller in another.</summary>
internal static class RolloutMemory
{
    private const string Strategy = """{"canary":{"steps":[{"setWeight":20},{"pause":{"duration":"60s"}},{"setWeight":60}]}}""";

    /// <summary>Long enough for what comes late, such as events.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>Creates the Rollouts and prints the memory for each, of the controller that saw them come and of one that found them.</summary>
    /// <param name="count">How many Rollouts, of one pod each.</param>
    public static async Task RunAsync(int count)
    {
        await using var sandbox = await RolloutSandbox.StartAsync();
        using (var first = await ControllerProcess.StartAsync(sandbox.KubeconfigPath))
        {
            var empty = await first.MeasureAsync();
            Console.WriteLine($"controller with nothing to do: {empty.Resident >> 20} MB resident, {empty.Live >> 20} MB live");
            await Parallel.ForAsync(0, count, async (i, _) => await sandbox.CreateAsync(i, Strategy, replicas: 1));
            await WaitAsync(sandbox, count);
            Print($"made {count} Rollouts Healthy", count, empty, await first.MeasureAsync());
            Print("the same after a full collection", count, empty, await first.MeasureAsync());
        }

        using var second = await ControllerProcess.StartAsync(sandbox.KubeconfigPath);
        await Task.Delay(Rest);
        Print($"found {count} Rollouts Healthy", count, (0, 0), await second.MeasureAsync());
    }

    private static async Task WaitAsync(RolloutSandbox sandbox, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        while (!await sandbox.AreHealthyAsync(count))
            await Task.Delay(Rest, limit.Token);
        long before;
        do
        {
            before = await sandbox.VersionAsync();
            await Task.Delay(Rest, limit.Token);
        }
        while (before != await sandbox.VersionAsync());
    }

    private static void Print(string what, int count, (long Resident, long Live) before, (long Resident, long Live) now) => Console.WriteLine(
        $"controller that {what}: {now.Resident >> 20} MB resident, {now.Live >> 20} MB live; per Rollout {(now.Resident - before.Resident) / 1024.0 / count:F1} KB resident, {(now.Live - before.Live) / 1024.0 / count:F1} KB live");
}
