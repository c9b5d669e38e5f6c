using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Bascule.Lab.Load;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Lab.Tests.Load;

public sealed class TrafficGeneratorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Schedule_AnswersNeverCome_RequestsLeaveAllTheSame()
    {
        var time = new FakeTimeProvider();
        using var handler = new TestHandler();
        using var generator = new TrafficGenerator(Options(rate: 100), time, handler);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await AdvanceUntilAsync(time, () => handler.Asked >= 51);

        Assert.InRange(time.GetUtcNow() - generator.Snapshot().StartedAt, TimeSpan.FromSeconds(0.495), TimeSpan.FromSeconds(0.51));
        await stop.CancelAsync();
        handler.Release();
        Assert.Equal(handler.Asked, (await run.WaitAsync(Patience)).Total);
    }

    [Fact]
    public async Task Schedule_TooManyInFlight_CountsNotSent()
    {
        var time = new FakeTimeProvider();
        using var handler = new TestHandler();
        using var generator = new TrafficGenerator(Options(rate: 100) with { MaxInFlight = 10 }, time, handler);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await AdvanceUntilAsync(time, () => generator.Snapshot().Failed >= 5);

        Assert.Equal(10, handler.Asked);
        Assert.Equal(10, generator.Snapshot().InFlight);
        Assert.Equal(FailureKind.NotSent, Assert.Single(generator.Snapshot().Failures).Key);
        await stop.CancelAsync();
        handler.Release();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task Answer_Late_LatencyCountsFromWhenItWasDue()
    {
        var time = new FakeTimeProvider();
        using var handler = new TestHandler();
        using var generator = new TrafficGenerator(Options(rate: 1), time, handler);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await AdvanceUntilAsync(time, () => handler.Asked == 1);
        time.Advance(TimeSpan.FromMilliseconds(500));
        await stop.CancelAsync();
        handler.Release();
        var traffic = await run.WaitAsync(Patience);

        Assert.Equal(1, traffic.Total);
        Assert.InRange(traffic.LatencyP50, TimeSpan.FromMilliseconds(490), TimeSpan.FromMilliseconds(530));
    }

    [Fact]
    public async Task Answer_NotInTime_IsATimeout()
    {
        var time = new FakeTimeProvider();
        using var handler = new TestHandler();
        using var generator = new TrafficGenerator(Options(rate: 1) with { Timeout = TimeSpan.FromSeconds(3) }, time, handler);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await AdvanceUntilAsync(time, () => generator.Snapshot().Failures.GetValueOrDefault(FailureKind.Timeout) > 0);

        await stop.CancelAsync();
        handler.Release();
        var traffic = await run.WaitAsync(Patience);
        Assert.Equal("no answer within 3 s", traffic.LastFailure);
    }

    [Fact]
    public async Task Run_AgainstARealServer_LosesNothingAndTellsVersionsApart()
    {
        var served = 0;
        var connections = new ConcurrentDictionary<string, bool>();
        await using var server = await TestWebServer.StartAsync(async context =>
        {
            var number = Interlocked.Increment(ref served);
            connections.TryAdd(context.Connection.Id, true);
            context.Response.StatusCode = number % 10 == 0 ? 500 : 200;
            await context.Response.WriteAsync($"Host: h, Version: {(number % 5 == 0 ? "v2.0.0" : "v1.0.0")}\n");
        });
        using var generator = new TrafficGenerator(Options(rate: 200) with { Url = server.Url }, TimeProvider.System);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await UntilAsync(() => Volatile.Read(ref served) >= 300);
        await stop.CancelAsync();
        var traffic = await run.WaitAsync(Patience);

        Assert.Equal(served, traffic.Total);
        Assert.Equal(0, traffic.InFlight);
        Assert.Equal(served, traffic.Versions.Sum(v => v.Answers));
        Assert.Equal(served, traffic.Seconds.Sum(s => s.Answers.Values.Sum()));
        Assert.Equal(served / 5, traffic.Versions.Single(v => v.Version == "v2.0.0").Answers);
        Assert.Equal(served / 10, traffic.Versions.Single(v => v.Version == "v2.0.0").Failed);
        Assert.Equal(served / 10, traffic.Failed);
        Assert.Equal(served / 10, traffic.Failures[FailureKind.Status]);
        Assert.Equal("status 500 from v2.0.0", traffic.LastFailure);
        Assert.Equal(served, connections.Count);
        Assert.True(traffic.LatencyP50 > TimeSpan.Zero && traffic.LatencyP50 <= traffic.LatencyP99);
    }

    [Fact]
    public async Task RequestsPerConnection_Ten_ConnectionsAreReused()
    {
        var connections = new ConcurrentDictionary<string, bool>();
        await using var server = await TestWebServer.StartAsync(context =>
        {
            connections.TryAdd(context.Connection.Id, true);
            return context.Response.WriteAsync("Version: v1");
        });
        var time = new FakeTimeProvider();
        using var generator = new TrafficGenerator(Options(rate: 100) with { Url = server.Url, RequestsPerConnection = 10 }, time);
        using var stop = new CancellationTokenSource();

        // The next request is due only when the last one was answered: those that leave together need a connection each, whatever is kept.
        var run = generator.RunAsync(stop.Token);
        for (var sent = 1; sent < 100; sent++)
        {
            await UntilAsync(() => generator.Snapshot().Total == sent);
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await UntilAsync(() => generator.Snapshot().Total == 100);
        await stop.CancelAsync();
        var traffic = await run.WaitAsync(Patience);

        Assert.Equal((100, 0), (traffic.Total, traffic.Failed));
        // Requests 0, 10, ... 90 end their connection, and 91 to 99 share one more.
        Assert.Equal(11, connections.Count);
    }

    [Fact]
    public async Task Server_NotThere_IsRefused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();

        Assert.Equal(FailureKind.Refused, await FirstFailureAsync(url));
    }

    [Fact]
    public async Task Server_BreaksTheConnection_IsAReset()
    {
        await using var server = await TestWebServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(FailureKind.Reset, await FirstFailureAsync(server.Url));
    }

    [Fact]
    public async Task Connection_ResetBeforeItWasUsed_IsAReset()
    {
        using var handler = new TestHandler { Failure = new SocketException((int)SocketError.NotConnected) };
        using var generator = new TrafficGenerator(Options(rate: 50), TimeProvider.System, handler);
        using var stop = new CancellationTokenSource();

        var run = generator.RunAsync(stop.Token);
        await UntilAsync(() => generator.Snapshot().Failed > 0);
        await stop.CancelAsync();

        Assert.Equal(FailureKind.Reset, Assert.Single((await run.WaitAsync(Patience)).Failures).Key);
    }

    [Theory]
    [InlineData("Host: goprom-1, Version: v1.0.0\n", "v1.0.0")]
    [InlineData("Host: goprom-1, Version: v2.0.0, Error: asked for by ERROR_RATE\n", "v2.0.0")]
    [InlineData("Version: 3", "3")]
    [InlineData("Host: goprom-1, Version: \n", "")]
    [InlineData("<html>", "")]
    public void VersionOf_Body_FindsTheVersion(string body, string version) => Assert.Equal(version, TrafficGenerator.VersionOf(body));

    private static LoadOptions Options(double rate) => new() { Url = new Uri("http://goprom.test/"), Rate = rate };

    private static async Task<FailureKind> FirstFailureAsync(Uri url)
    {
        using var generator = new TrafficGenerator(Options(rate: 50) with { Url = url }, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var run = generator.RunAsync(stop.Token);
        await UntilAsync(() => generator.Snapshot().Failed > 0);
        await stop.CancelAsync();
        return Assert.Single((await run.WaitAsync(Patience)).Failures).Key;
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition)
    {
        await UntilAsync(() =>
        {
            if (condition())
                return true;
            time.Advance(TimeSpan.FromMilliseconds(5));
            return condition();
        });
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!condition())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    /// <summary>Fails as told, else answers nothing until released.</summary>
    private sealed class TestHandler : HttpMessageHandler
    {
        private readonly TaskCompletionSource _released = new();
        private int _asked;

        public Exception? Failure { get; init; }

        public int Asked => Volatile.Read(ref _asked);

        public void Release() => _released.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Failure is not null)
                throw Failure;
            await _released.Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("Version: v1") };
        }
    }
}
