using Bascule.Lab.Load;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;
using Bascule.Lab.Views;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Lab.Tests.Strategies;

/// <summary>What a lab by hand makes of pods and answers, under a clock that stands still between two requests.</summary>
public sealed class StrategyStateTests : IAsyncDisposable
{
    private const string V1 = LabOptions.StableVersion;
    private const string V2 = LabOptions.CanaryVersion;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly AnswersOf _answers = new();
    private readonly StringWriter _shown = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TrafficGenerator _generator;
    private readonly StrategyState _state;
    private readonly Task _running;

    public StrategyStateTests()
    {
        _generator = new TrafficGenerator(new LoadOptions { Url = new Uri("http://goprom/"), Rate = 10 }, _time, _answers);
        _state = new StrategyState(new LabOptions { RunDirectory = "", Begun = _time.GetTimestamp() }, new PlainView(_shown), _time) { Traffic = _generator };
        _running = _generator.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _generator.Dispose();
        _answers.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Back_IsWhenNothingButGoodAnswersOfTheOldVersionCame_SinceTheLastOther()
    {
        await AskAsync(5, V1);
        _state.BeginUpdate();
        await AskAsync(10, V2);
        _state.Decide(keep: false);
        await AskAsync(5, V2);
        await AskAsync(5, null);
        await AskAsync(15, V1);
        Assert.False(_state.IsBackOnStable(Quiet), "1.5 s since the last failure");

        await AskAsync(10, V1);

        Assert.True(_state.IsBackOnStable(Quiet));
        var cost = _state.Cost(_generator.Snapshot(), objects: 2);
        Assert.InRange(cost.TimeToUndo!.Value.TotalSeconds, 0.9, 1.1);
        Assert.Equal([MarkKind.Applied, MarkKind.TakenBack, MarkKind.RolledBack], _state.Marks.Select(m => m.Kind));
    }

    [Fact]
    public async Task Back_BeforeItWasDecided_IsNever()
    {
        _state.BeginUpdate();
        await AskAsync(40, V1);

        Assert.False(_state.IsBackOnStable(Quiet));
    }

    [Fact]
    public void WhyNot_OfARollout_TellsOfItsPods()
    {
        _state.Update([Pod(V1), Pod(V1) with { IsReady = false }], []);

        Assert.Equal("1 of 2 pods are ready.", _state.WhyNot());
    }

    [Fact]
    public async Task Cost_CountsFromTheUpdateOn_AndExposureUntilTheDecision()
    {
        _state.Command("kubectl apply -f all.yaml");
        _state.Update([Pod(V1)], []);
        await AskAsync(10, V1);
        _state.BeginUpdate();
        _state.Command("kubectl apply -f v2.yaml");
        _state.Update([Pod(V1), Pod(V2)], []);
        await AskAsync(15, V1);
        await AskAsync(5, V2);
        _state.Decide(keep: true);
        await AskAsync(20, V2);
        _state.EndUpdate();

        var cost = _state.Cost(_generator.Snapshot(), objects: 3);

        Assert.Equal((1, 3, 1), (cost.Commands, cost.Objects, cost.PeakExtraPods));
        Assert.Equal(0.25, cost.ExposedShare, tolerance: 1e-9);
        Assert.InRange(cost.ExtraPodSeconds, 3.8, 4.2);
        Assert.Null(cost.TimeToUndo);
        Assert.Equal(TimeSpan.Zero, cost.Downtime);
    }

    [Fact]
    public async Task Until_TheWayOutComesFirst_SaysFalse()
    {
        var bad = false;
        var waiting = _state.UntilAsync(() => false, () => bad, Patience, "never", TestContext.Current.CancellationToken);

        bad = true;
        _state.Update([], []);

        Assert.False(await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Until_NothingComesInTime_SaysHowFarTheDeploymentsAre()
    {
        var waiting = _state.UntilAsync(() => _state.HasReached("goprom", 1), () => false, TimeSpan.FromSeconds(90), "goprom is not available", TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(91));
        _state.Update([], [new WorkloadLook("goprom", 1, Desired: 3, Pods: 3, Updated: 2, Available: 1)]);

        var error = await Assert.ThrowsAsync<LabException>(() => waiting.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal("goprom is not available after 90 s. Deployment goprom: 2 of 3 pods updated, 1 available", error.Message);
    }

    [Fact]
    public void Gone_IsWhenNotEvenAnEndingPodIsLeft()
    {
        _state.Update([Pod(V1), Pod(V2) with { IsEnding = true }], []);
        Assert.False(_state.IsGone(V2));

        _state.Update([Pod(V1)], []);
        Assert.True(_state.IsGone(V2));
    }

    private static PodLook Pod(string version) => new($"goprom-{version}", version, IsReady: true, IsEnding: false);

    /// <summary>Lets time pass until so many more requests were answered by a version, or by none.</summary>
    private async Task AskAsync(int requests, string? version)
    {
        _answers.Version = version;
        var until = _generator.Snapshot().Total + requests;
        using var patience = new CancellationTokenSource(Patience);
        while (_generator.Snapshot().Total < until)
        {
            // Small steps, and only once the last request was answered: none is due while another version is set.
            if (_generator.Snapshot().InFlight == 0)
                _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(TimeSpan.FromMilliseconds(1), patience.Token);
        }
    }

    private sealed class AnswersOf : HttpMessageHandler
    {
        public string? Version { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Version is { } version
            ? Task.FromResult(new HttpResponseMessage { Content = new StringContent($"Host: goprom-1, Version: {version}") })
            : throw new HttpRequestException("nobody");
    }
}
