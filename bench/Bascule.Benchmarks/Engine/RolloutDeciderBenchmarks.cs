using Bascule.Benchmarks.Controller;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Traffic;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Engine;

/// <summary>What one look at a Rollout of 5 pods costs that stands at a pause in the middle of an update.</summary>
[MemoryDiagnoser]
public class RolloutDeciderBenchmarks
{
    private const string Steps = """[{"setWeight":20},{"pause":{"duration":1}},{"setWeight":60},{"pause":{}},{"setWeight":80}]""";

    private static readonly Dictionary<string, string> Strategies = new()
    {
        ["canary"] = $$"""{"canary":{"steps":{{Steps}} } }""",
        ["routed"] = $$"""{"canary":{"canaryService":"one","stableService":"two","trafficRouting":{"plugins":{"memory":{} } },"steps":{{Steps}} } }""",
        ["blue-green"] = """{"blueGreen":{"activeService":"one","previewService":"two","autoPromotionEnabled":false}}""",
    };

    private RolloutFleet? _fleet;
    private RolloutObserver? _observer;
    private RolloutPass? _pass;
    private RolloutObservation? _unasked;

    /// <summary>How the update is released: a canary by pods or by routers, or a blue-green.</summary>
    [Params("canary", "routed", "blue-green")]
    public string Strategy { get; set; } = "";

    [GlobalSetup]
    public async Task SetUp()
    {
        _fleet = await RolloutFleet.StartAsync();
        await _fleet.Sandbox.CreateServiceAsync(0, "one");
        await _fleet.Sandbox.CreateServiceAsync(0, "two");
        await _fleet.Sandbox.CreateAsync(0, Strategies[Strategy]);
        await _fleet.WaitForPhaseAsync("Healthy", 1);
        await _fleet.Sandbox.SetImageAsync(0, "web:2");
        _observer = new RolloutObserver(_fleet.Controller.Cache, new TrafficRouters(_fleet.Router), pods: new LivePods(_fleet.Calls));
        do
        {
            await _fleet.WaitForPhaseAsync("Paused", 1);
            _pass = await ObserveAsync(TimeProvider.System.GetUtcNow());
        }
        while (_pass!.Seen.Rollout.Status.CurrentStepIndex is 1 || !RolloutDecider.Decide(_pass).Effects.IsEmpty);
        _unasked = _pass.Seen with { Traffic = null };
    }

    [GlobalCleanup]
    public async Task CleanUp() => await _fleet!.DisposeAsync();

    [Benchmark(Description = "decide")]
    public Decision Decide() => RolloutDecider.Decide(_pass!.Seen);

    [Benchmark(Description = "ask and decide")]
    public Decision AskAndDecide()
    {
        var pass = RolloutPass.Of(_unasked!);
        RolloutDecider.PodsWanted(pass);
        return RolloutDecider.Decide(RolloutDecider.TrafficWanted(pass) is null ? pass : pass.With(_pass!.Seen.Traffic!));
    }

    [Benchmark(Description = "observe and decide")]
    public async Task<Decision> ObserveAndDecide() => RolloutDecider.Decide((await ObserveAsync(_pass!.Seen.Now))!);

    private Task<RolloutPass?> ObserveAsync(DateTimeOffset now) => _observer!.ObserveAsync(RolloutSandbox.Key(0), now, CancellationToken.None);
}
