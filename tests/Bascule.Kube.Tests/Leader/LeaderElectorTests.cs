using System.Net;
using Bascule.Kube.Leader;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Leader;

public sealed class LeaderElectorTests : IAsyncDisposable
{
    private static readonly ObjectKey Lease = new("default", "argo-rollouts-controller-lock");

    private readonly FakeTimeProvider _clock = new();
    private readonly DirectClient _server;
    private readonly List<Candidate> _candidates = [];

    public LeaderElectorTests() => _server = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in _candidates)
            await candidate.StopAsync(_clock);
    }

    [Fact]
    public async Task Alone_Leads_AndWritesTheLeaseOfRT3()
    {
        var a = Join("a");
        await LeadsAsync(a);

        var spec = (await LeaseAsync()).Root.GetProperty("spec");
        Assert.Equal("a", spec.GetProperty("holderIdentity").GetString());
        Assert.Equal(15, spec.GetProperty("leaseDurationSeconds").GetInt32());
        Assert.Equal(0, spec.GetProperty("leaseTransitions").GetInt32());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", spec.GetProperty("renewTime").GetString()!);
    }

    [Fact]
    public async Task Leader_Renewing_KeepsOthersOut()
    {
        var a = Join("a");
        await LeadsAsync(a);
        var b = Join("b");
        var before = (await LeaseAsync()).ResourceVersion;
        for (var i = 0; i < 60; i++)
            await StepAsync();

        Assert.True(a.Leads);
        Assert.False(b.Leads);
        Assert.NotEqual(before, (await LeaseAsync()).ResourceVersion);
    }

    [Fact]
    public async Task Leader_Stopped_ReleasesAndTheOtherFollowsAtOnce()
    {
        var a = Join("a");
        await LeadsAsync(a);
        var b = Join("b");
        await a.StopAsync(_clock);
        var began = _clock.GetUtcNow();
        await LeadsAsync(b);

        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await LeaseAsync()).Root.GetProperty("spec").GetProperty("leaseTransitions").GetInt32());
    }

    [Fact]
    public async Task Leader_CutOff_StepsDownBeforeTheOtherTakesOver()
    {
        var a = Join("a");
        await LeadsAsync(a);
        var b = Join("b");
        await StepAsync();
        a.Client.Refuse = _ => new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "cut off");
        while (!b.Leads)
        {
            Assert.False(a.Leads && b.Leads, "two leaders");
            await StepAsync();
        }

        Assert.False(a.Leads);
        Assert.True(a.LeadWasCancelled);
    }

    [Fact]
    public async Task Leader_WhoseServerHangs_StepsDownInTime()
    {
        var a = Join("a");
        await LeadsAsync(a);
        a.Client.Hold = token => Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
        var began = _clock.GetUtcNow();
        await Eventually.HoldsAsync(() => a.LeadWasCancelled, "stepped down", _clock, TimeSpan.FromMilliseconds(500));

        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Clock_OfTheOtherIsYearsAhead_DoesNotMatter()
    {
        var a = Join("a");
        await LeadsAsync(a);
        var ahead = new FakeTimeProvider(_clock.GetUtcNow().AddYears(3));
        var b = Join("b", ahead);
        for (var i = 0; i < 60; i++)
        {
            ahead.Advance(TimeSpan.FromSeconds(0.5));
            await StepAsync();
        }

        Assert.True(a.Leads);
        Assert.False(b.Leads);
        await b.StopAsync(ahead);
    }

    [Fact]
    public async Task Clock_SetForward_DoesNotEndALeadership()
    {
        var jumping = new JumpingClock(_clock);
        var a = Join("a", jumping);
        await LeadsAsync(a);
        jumping.Offset = TimeSpan.FromDays(400);
        for (var i = 0; i < 30; i++)
            await StepAsync();

        Assert.True(a.Leads);
    }

    [Fact]
    public async Task Lease_LeftByADeadProcess_IsTakenAfterItsTime()
    {
        var a = Join("a");
        await LeadsAsync(a);
        a.Client.Refuse = _ => new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "dead");
        await a.StopAsync(_clock);
        var b = Join("b");
        var began = _clock.GetUtcNow();
        await LeadsAsync(b);

        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("", 15, 10, 2)]
    [InlineData("a", 10, 10, 2)]
    [InlineData("a", 15, 2, 2)]
    [InlineData("a", 15, 10, 0)]
    public void Options_ThatCannotWork_AreRefused(string identity, int lease, int renew, int retry)
    {
        var options = new LeaderElectorOptions(Lease, identity) { LeaseDuration = TimeSpan.FromSeconds(lease), RenewDeadline = TimeSpan.FromSeconds(renew), RetryPeriod = TimeSpan.FromSeconds(retry) };

        Assert.Throws<ArgumentException>(() => new LeaderElector(_server, options, _clock, new Random(1), NullLogger<LeaderElector>.Instance));
    }

    private Candidate Join(string identity, TimeProvider? clock = null)
    {
        var candidate = new Candidate(_server, identity, clock ?? _clock);
        _candidates.Add(candidate);
        return candidate;
    }

    private Task LeadsAsync(Candidate candidate) => Eventually.HoldsAsync(() => candidate.Leads, "leads", _clock, TimeSpan.FromMilliseconds(500));

    private Task StepAsync() => Eventually.StepAsync(_clock);

    private Task<KubeObject> LeaseAsync() => _server.GetAsync(ResourceTypes.Leases, Lease, CancellationToken.None);

#pragma warning disable CA1001 // A source without a timer holds nothing to dispose of.
    private sealed class Candidate
#pragma warning restore CA1001
    {
        private readonly LeaderElector _elector;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private volatile bool _cancelled;

        public Candidate(IKubeClient server, string identity, TimeProvider clock)
        {
            Client = new TestClient(server);
            _elector = new LeaderElector(Client, new LeaderElectorOptions(Lease, identity), clock, new Random(1), NullLogger<LeaderElector>.Instance);
            _run = _elector.RunAsync(LeadAsync, _stop.Token);
        }

        public TestClient Client { get; }

        public bool Leads => _elector.IsLeader;

        public bool LeadWasCancelled => _cancelled;

        public async Task StopAsync(FakeTimeProvider clock)
        {
            await _stop.CancelAsync();
            await Eventually.HoldsAsync(() => _run.IsCompleted, "the candidate stopped", clock);
            await _run;
        }

        private async Task LeadAsync(CancellationToken cancellationToken)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (cancellationToken.Register(ended.SetResult))
                await ended.Task;
            _cancelled = true;
        }
    }

    /// <summary>A wall clock that somebody sets, over a stopwatch that goes on.</summary>
    private sealed class JumpingClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
