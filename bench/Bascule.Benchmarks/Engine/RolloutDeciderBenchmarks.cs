using Bascule.Benchmarks.Controller;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Traffic;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Engine;

/// <summary>What one look at a canary of 5 steps costs that stands at a pause in its middle.</summary>
[MemoryDiagnoser]
public class RolloutDeciderBenchmarks
{
    private RolloutFleet? _fleet;
    private RolloutObserver? _observer;
    private RolloutObservation? _seen;

    [GlobalSetup]
    public async Task SetUp()
    {
        _fleet = await RolloutFleet.StartAsync();
        await _fleet.CreateAsync(0, """[{"setWeight":20},{"pause":{"duration":1}},{"setWeight":60},{"pause":{}},{"setWeight":80}]""");
        await _fleet.WaitForPhaseAsync("Healthy", 1);
        await _fleet.SetImageAsync(0, "web:2");
        _observer = new RolloutObserver(_fleet.Controller.Cache, TrafficRouters.None);
        do
        {
            await _fleet.WaitForPhaseAsync("Paused", 1);
            _seen = _observer.Observe(RolloutFleet.Key(0), TimeProvider.System.GetUtcNow());
        }
        while (_seen?.Rollout.Status.CurrentStepIndex != 3 || !RolloutDecider.Decide(_seen).Effects.IsEmpty);
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _fleet!.DisposeAsync();

    [Benchmark(Description = "decide")]
    public Decision Decide() => RolloutDecider.Decide(_seen!);

    [Benchmark(Description = "observe and decide")]
    public Decision ObserveAndDecide() => RolloutDecider.Decide(_observer!.Observe(RolloutFleet.Key(0), _seen!.Now)!);
}
