using System.Diagnostics;

namespace Bascule.Benchmarks.Controller;

/// <summary>
/// Creates many Rollouts, gives all of them a new version, and prints what that cost; then looks on while nothing is to
/// be done. Sandbox and controller share the process.
/// </summary>
internal static class RolloutLoad
{
    private const string Strategy = """{"canary":{"steps":[{"setWeight":20},{"setWeight":40},{"setWeight":60},{"setWeight":80}]}}""";
    private const string Paused = """{"canary":{"steps":[{"setWeight":20},{"pause":{"duration":"2s"}},{"setWeight":40},{"pause":{"duration":"2s"}},{"setWeight":60},{"pause":{"duration":"2s"}},{"setWeight":80},{"pause":{"duration":"2s"}}]}}""";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>Runs all of it and prints one line per measurement.</summary>
    /// <param name="count">How many Rollouts, of 5 pods each.</param>
    public static async Task RunAsync(int count)
    {
        await using var fleet = await RolloutFleet.StartAsync();
        var numbers = Enumerable.Range(0, count).ToList();
        await MeasureAsync("created, until all Healthy", fleet, count, () => Task.WhenAll(numbers.Select(i => fleet.Sandbox.CreateAsync(i, Strategy))));
        await MeasureAsync("new version in 4 steps, until all Healthy", fleet, count, () => Task.WhenAll(numbers.Select(i => fleet.Sandbox.SetImageAsync(i, "web:2"))));
        var wakeUps = await WakeUps.ReadAsync(fleet.Controller);
        await MeasureAsync("new version in 4 steps with pauses of 2 s, until all Healthy", fleet, count, () => Task.WhenAll(numbers.Select(i => fleet.Sandbox.SetImageAsync(i, "web:3", Paused))));
        Console.WriteLine((await WakeUps.ReadAsync(fleet.Controller)).Since(wakeUps));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"peak memory, sandbox and controller: {process.PeakWorkingSet64 >> 20} MB");
        await WaitForRestAsync(fleet);
        var (version, reconciles, cpu) = (await fleet.Sandbox.VersionAsync(), fleet.Controller.Reconciles, Environment.CpuUsage.TotalTime);
        await Task.Delay(Rest);
        Console.WriteLine(
            $"at rest for {Rest.TotalSeconds:F0} s: {await fleet.Sandbox.VersionAsync() - version} writes by anybody, {fleet.Controller.Reconciles - reconciles} reconciles, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F2} CPU seconds");
    }

    private static async Task MeasureAsync(string name, RolloutFleet fleet, int count, Func<Task> change)
    {
        var calls = fleet.Calls;
        var (reads, writes, events, reconciles) = (calls.Reads, calls.Writes, calls.Events, fleet.Controller.Reconciles);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await change();
        await fleet.WaitForPhaseAsync("Healthy", count);
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        await WaitForRestAsync(fleet);
        double Each(long now, long before) => (double)(now - before) / count;
        Console.WriteLine(
            $"{count} Rollouts {name}: {seconds:F1} s, {used:F1} CPU seconds; per Rollout {Each(fleet.Controller.Reconciles, reconciles):F1} reconciles, the controller's API calls: {Each(calls.Writes, writes):F1} writes, {Each(calls.Events, events):F1} of events, {Each(calls.Reads, reads):F1} reads");
    }

    /// <summary>Waits for the last events and garbage: until nobody wrote and the controller did nothing for three seconds.</summary>
    private static async Task WaitForRestAsync(RolloutFleet fleet)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        (long Version, long Reconciles) before;
        do
        {
            before = (await fleet.Sandbox.VersionAsync(), fleet.Controller.Reconciles);
            await Task.Delay(TimeSpan.FromSeconds(3), limit.Token);
        }
        while (before != (await fleet.Sandbox.VersionAsync(), fleet.Controller.Reconciles));
    }
}
