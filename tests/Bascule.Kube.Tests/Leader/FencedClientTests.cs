using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube.Leader;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Leader;

/// <summary>Never do two processes write side by side, whatever became of the one that led before.</summary>
public sealed class FencedClientTests : IAsyncDisposable
{
    private static readonly ObjectKey Lease = new("default", "argo-rollouts-controller-lock");
    private static readonly ObjectKey Target = new("default", "web");

    private readonly FakeTimeProvider _clock = new();
    private readonly DirectClient _server;
    private readonly List<Process> _processes = [];

    public FencedClientTests() => _server = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.IsFrozen = false;
            await process.StopAsync(_clock);
        }
    }

    [Fact]
    public async Task Leader_Writes_WithAsMuchTimeAsItsLeaseHas()
    {
        var a = await LeadingAsync("a");

        Assert.Null(await a.WriteAsync("1"));
        Assert.Equal("1", await WrittenAsync());
        Assert.InRange(a.TimeToWrite!.Value, TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Candidate_MayReadButNotWrite()
    {
        var a = await LeadingAsync("a");
        await a.WriteAsync("1");
        var b = Start("b");
        await PassAsync(seconds: 5);

        Assert.IsType<NotLeaderException>(await b.WriteAsync("2"));
        Assert.Equal("1", await WrittenAsync());
        Assert.Equal(Target, (await b.Fenced.GetAsync(ResourceTypes.ConfigMaps, Target, CancellationToken.None)).Key);
    }

    [Fact]
    public async Task Leader_FrozenPastItsLease_WritesNothing_ThoughItHasNotNoticed()
    {
        var a = await LeadingAsync("a");
        await a.WriteAsync("1");
        var b = Start("b");
        a.IsFrozen = true;
        while (!b.IsLeader)
        {
            Assert.False(a.TimeToWrite is not null && b.TimeToWrite is not null, "two may write");
            await PassAsync(seconds: 0.5);
        }

        Assert.True(a.IsLeader, "it should not have noticed: it is frozen");
        Assert.IsType<NotLeaderException>(await a.WriteAsync("2"));
        Assert.Equal("1", await WrittenAsync());
    }

    [Fact]
    public async Task Leader_CutOff_MayWriteNoMoreOnceItHasSteppedDown_ThoughItsPassesGoOn()
    {
        var a = await LeadingAsync("a");
        a.Client.Refuse = _ => new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "cut off");
        await Eventually.HoldsAsync(() => !a.IsLeader, "stepped down", _clock, TimeSpan.FromMilliseconds(500));
        a.Client.Refuse = _ => null;

        Assert.IsType<NotLeaderException>(await a.WriteAsync("2"));
        Assert.Null(await WrittenAsync());
    }

    [Fact]
    public async Task Write_UnderWayWhenTheLeaseEnds_IsGivenUpBeforeAnotherLeads()
    {
        var a = await LeadingAsync("a");
        var b = Start("b");
        a.Client.Hold = NeverAsync;
        var write = a.WriteAsync("2");
        while (!write.IsCompleted)
        {
            Assert.False(b.IsLeader, "another leads while the write is under way");
            await PassAsync(seconds: 0.5);
        }

        Assert.IsType<NotLeaderException>(await write);
        Assert.Null(await WrittenAsync());
    }

    [Fact]
    public async Task Write_CancelledByItsCaller_IsNoLossOfLeadership()
    {
        var a = await LeadingAsync("a");
        a.Client.Hold = NeverAsync;
        using var caller = new CancellationTokenSource();
        var write = a.WriteAsync("2", caller.Token);
        await caller.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await write);
    }

    /// <summary>Ends only when it is cancelled, and in the very moment: Task.Delay leaves that to another thread.</summary>
    private static Task NeverAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return never.Task;
    }

    private Process Start(string identity)
    {
        var process = new Process(_server, identity, _clock);
        _processes.Add(process);
        return process;
    }

    private async Task<Process> LeadingAsync(string identity)
    {
        var process = Start(identity);
        await Eventually.HoldsAsync(() => process.IsLeader, "leads", _clock, TimeSpan.FromMilliseconds(500));
        return process;
    }

    private async Task PassAsync(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.5)
            await Eventually.StepAsync(_clock);
    }

    private async Task<string?> WrittenAsync()
    {
        var found = await _server.ListAsync(ResourceTypes.ConfigMaps, Target.Namespace, ListOptions.All, CancellationToken.None);
        return found.Items.FirstOrDefault(o => o.Key == Target)?.Root.GetProperty("data").GetProperty("by").GetString();
    }

    /// <summary>A process that competes and writes; frozen, its timers do not run, as when its machine is suspended.</summary>
#pragma warning disable CA1001 // A source without a timer holds nothing to dispose of.
    private sealed class Process : TimeProvider
#pragma warning restore CA1001
    {
        private readonly TimeProvider _clock;
        private readonly LeaderElector _elector;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;

        public Process(IKubeClient server, string identity, TimeProvider clock)
        {
            _clock = clock;
            Client = new TestClient(server);
            _elector = new LeaderElector(Client, new LeaderElectorOptions(Lease, identity), this, new Random(1), NullLogger<LeaderElector>.Instance);
            Fenced = new FencedClient(Client, _elector, this);
            _run = _elector.RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, clock, token), _stop.Token);
        }

        public TestClient Client { get; }

        public FencedClient Fenced { get; }

        public bool IsLeader => _elector.IsLeader;

        public TimeSpan? TimeToWrite => _elector.TimeToWrite;

        public bool IsFrozen { get; set; }

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _clock.CreateTimer(
            s =>
            {
                if (!IsFrozen)
                    callback(s);
            },
            state,
            dueTime,
            period);

        /// <summary>What became of a write; null for well.</summary>
        public async Task<Exception?> WriteAsync(string value, CancellationToken cancellationToken = default)
        {
            var body = new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = Target.Name },
                ["data"] = new JsonObject { ["by"] = value },
            };
            return await Record.ExceptionAsync(() => Fenced.CreateAsync(ResourceTypes.ConfigMaps, Target.Namespace, body, cancellationToken));
        }

        public async Task StopAsync(FakeTimeProvider clock)
        {
            await _stop.CancelAsync();
            await Eventually.HoldsAsync(() => _run.IsCompleted, "the process stopped", clock);
        }
    }
}
