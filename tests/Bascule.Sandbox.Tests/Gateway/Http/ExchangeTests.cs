using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;
using Bascule.Sandbox.Gateway.Serving;

namespace Bascule.Sandbox.Tests.Gateway.Http;

/// <summary>What the gateway says to clients and pods, byte by byte.</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly EagerTime _time = new();
    private readonly ErrorLog _logs = new();
    private readonly RequestHandler _handler = new(new GatewayMetrics(), TimeProvider.System, new Random(1));
    private readonly ConcurrentBag<IDisposable> _clients = [];
    private Listener _gateway = null!;
    private RawPod? _pod;

    public ValueTask InitializeAsync()
    {
        _gateway = Listener.TryStart(0, _handler, _time, _logs)!;
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _gateway.DisposeAsync();
        _handler.Dispose();
        if (_pod is not null)
            await _pod.DisposeAsync();
    }

    [Fact]
    public async Task Headers_BetweenTwoEndsOnly_AreNotPassedOnToTheClient()
    {
        _ = ServeOnce("HTTP/1.1 201 Made Up\r\nContent-Length: 2\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Kept: yes\r\n\r\nok");
        var client = await ConnectAsync();

        await client.SendAsync(Get);

        Assert.Equal("HTTP/1.1 201 Made Up\r\nContent-Length: 2\r\nX-Kept: yes\r\n\r\nok", await client.TakeAsync("ok"));
    }

    [Fact]
    public async Task Request_ReachesThePodAsAnIngressSendsIt()
    {
        var seen = ServeOnce(Ok);
        var client = await ConnectAsync();

        await client.SendAsync("GET /a?b HTTP/1.1\r\nHost: shop.test:81\r\nConnection: x-mine, content-length\r\nX-Mine: 1\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nX-Forwarded-For: 10.1.1.1\r\nX-Forwarded-Proto: https\r\nAccept: */*\r\n\r\n");
        await client.TakeAsync("ok");

        Assert.Equal(
            "GET /a?b HTTP/1.1\r\nHost: shop.test:81\r\nAccept: */*\r\nX-Forwarded-For: 10.1.1.1, 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.test:81\r\n\r\n",
            await seen);
    }

    [Fact]
    public async Task Length_NamedAsAConnectionsOwn_IsPassedOnAllTheSame()
    {
        Serve(async pod =>
        {
            var head = await pod.TakeAsync("\r\n\r\n");
            Assert.Contains("Content-Length: 3\r\n", head, StringComparison.Ordinal);
            Assert.Equal("abc", await pod.TakeAsync(3));
            await pod.SendAsync(Ok);
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\nabc");

        Assert.EndsWith("ok", await client.TakeAsync("ok"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_SentAtOnce_AreAnsweredInOrder()
    {
        Serve(async pod =>
        {
            for (var turn = 1; ; turn++)
            {
                var path = (await pod.TakeAsync("\r\n\r\n")).Split(' ')[1];
                await pod.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {path.Length}\r\n\r\n{path}");
            }
        });
        var client = await ConnectAsync();

        await client.SendAsync(string.Concat(Enumerable.Range(1, 5).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));

        for (var i = 1; i <= 5; i++)
            await client.TakeAsync($"\r\n\r\n/{i}");
        Assert.Single(_pod!.Connections);
    }

    [Fact]
    public async Task ChunkedBody_EndsWhereItEnds_AndWhatFollowsIsTheNextRequest()
    {
        Serve(async pod =>
        {
            var first = await pod.TakeAsync("0\r\nSum: 1\r\n\r\n");
            Assert.EndsWith("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nSum: 1\r\n\r\n", first, StringComparison.Ordinal);
            await pod.SendAsync(Ok);
            Assert.StartsWith("GET /next HTTP/1.1\r\n", await pod.TakeAsync("\r\n\r\n"), StringComparison.Ordinal);
            await pod.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nSum: 1\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");

        await client.TakeAsync("ok");
        await client.TakeAsync("next");
    }

    [Fact]
    public async Task ChunkedBody_ThatIsMalformed_IsRefused()
    {
        Serve(pod => pod.TakeAllAsync());
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX");

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await client.TakeAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_OfMegabytes_ArriveWhole_BothWays()
    {
        var body = string.Concat(Enumerable.Range(0, 300_000).Select(i => (i % 10_000).ToString("d10", CultureInfo.InvariantCulture)));
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            var got = await pod.TakeAsync(body.Length);
            await pod.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {got.Length}\r\n\r\n{got}");
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        var sending = client.SendAsync($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await client.TakeAsync("\r\n\r\n");

        Assert.Equal(body, await client.TakeAsync(body.Length));
        await sending;
    }

    [Fact]
    public async Task Client_ThatWaitsToGoOn_IsTold()
    {
        Serve(async pod =>
        {
            Assert.DoesNotContain("Expect", await pod.TakeAsync("\r\n\r\n"), StringComparison.Ordinal);
            await pod.TakeAsync(3);
            await pod.SendAsync(Ok);
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        await client.TakeAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SendAsync("abc");

        await client.TakeAsync("ok");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "HEAD")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "GET")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", "GET")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET")]
    public async Task Answer_WithoutABody_IsFollowedByTheNext(string answer, string method)
    {
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync(answer);
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync(Ok);
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n{Get}");

        Assert.Equal(answer, await client.TakeAsync("\r\n\r\n"));
        Assert.Equal(Ok, await client.TakeAsync("ok"));
    }

    [Fact]
    public async Task Answer_ThatEndsWithItsConnection_EndsTheClientsToo()
    {
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync("HTTP/1.1 200 OK\r\n\r\nall of ");
            await pod.SendAsync("it");
        });
        var client = await ConnectAsync();

        await client.SendAsync(Get);

        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it", await client.TakeAllAsync());
    }

    [Fact]
    public async Task Answer_WithPatienceAsked_IsPassedOnWithoutIt()
    {
        _ = ServeOnce("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + Ok);
        var client = await ConnectAsync();

        await client.SendAsync(Get);

        Assert.Equal(Ok, await client.TakeAsync("ok"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")]
    public async Task OldClient_GetsWhatItUnderstands(string answer, string expected)
    {
        _ = ServeOnce(answer);
        var client = await ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\n\r\n");

        Assert.Equal(expected, await client.TakeAllAsync());
    }

    [Fact]
    public async Task OldClient_ThatKeepsItsConnection_IsToldThatItIsKept()
    {
        _ = ServeOnce(Ok);
        var client = await ConnectAsync();

        await client.SendAsync("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", await client.TakeAsync("ok"));
    }

    [Fact]
    public async Task WebSocket_IsPassedThroughBothWays()
    {
        Serve(async pod =>
        {
            var head = await pod.TakeAsync("\r\n\r\n");
            Assert.Contains("Connection: Upgrade\r\nUpgrade: websocket\r\n", head, StringComparison.Ordinal);
            await pod.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
            await pod.SendAsync("echo " + await pod.TakeAsync("\n"));
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n");
        Assert.Equal("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello", await client.TakeAsync("hello"));
        await client.SendAsync("some frame\n");

        Assert.Equal("echo some frame\n", await client.TakeAsync("\n"));
        client.EndSending();
        Assert.Empty(await client.TakeAllAsync());
    }

    [Fact]
    public async Task Pod_ThatClosesItsIdleConnection_FailsNobody()
    {
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync(Ok);
        });
        var client = await ConnectAsync();

        for (var i = 0; i < 50; i++)
        {
            await client.SendAsync(Get);
            Assert.Equal(Ok, await client.TakeAsync("ok"));
        }
    }

    [Theory]
    [InlineData("", "HTTP/1.1 502 Bad Gateway\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 502 Bad Gateway\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok", "HTTP/1.1 502 Bad Gateway\r\n")]
    public async Task Pod_ThatAnswersNonsense_IsABadGateway_AndTheNextRequestIsServed(string answer, string expected)
    {
        var asked = 0;
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync(Interlocked.Increment(ref asked) == 1 ? answer : Ok);
        });
        var client = await ConnectAsync();

        await client.SendAsync(Get);
        Assert.StartsWith(expected, await client.TakeAllAsync(), StringComparison.Ordinal);

        var next = await ConnectAsync();
        await next.SendAsync(Get);
        Assert.Equal(Ok, await next.TakeAsync("ok"));
    }

    [Fact]
    public async Task Pod_ThatBreaksOffItsAnswer_LeavesTheClientNoWholeOne()
    {
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });
        var client = await ConnectAsync();

        await client.SendAsync(Get);

        Assert.EndsWith("half", await client.TakeAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_ThatAnswersBeforeItReadTheBody_IsHeard()
    {
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
            Assert.Equal("abcdefghij", await pod.TakeAsync(10));
            await pod.TakeAsync("\r\n\r\n");
            await pod.SendAsync(Ok);
            await pod.TakeAllAsync();
        });
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        await client.TakeAsync("no!");
        await client.SendAsync("defghij" + Get);

        // The rest of the body was not taken for a request.
        Assert.Equal(Ok, await client.TakeAsync("ok"));
    }

    [Fact]
    public async Task Client_ThatGoesAway_TakesItsRequestFromThePod()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            asked.SetResult();
            await pod.TakeAllAsync();
            ended.SetResult();
        });
        var client = await ConnectAsync();
        await client.SendAsync(Get);
        await asked.Task.WaitAsync(TestGateway.Patience);

        client.Dispose();

        await ended.Task.WaitAsync(TestGateway.Patience);
    }

    [Fact]
    public async Task Client_LookedAtAtAnyMoment_IsNotTakenForGone()
    {
        Serve(async pod =>
        {
            while (true)
            {
                var head = await pod.TakeAsync("\r\n\r\n");
                await pod.TakeAsync(head.StartsWith("POST", StringComparison.Ordinal) ? 3 : 0);
                await pod.SendAsync(Ok);
            }
        });
        var client = await ConnectAsync();
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                _time.Tick();
        });

        for (var i = 0; i < 3_000; i++)
        {
            await client.SendAsync(i % 2 == 0 ? Get : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            Assert.Equal(Ok, await client.TakeAsync("ok"));
        }

        await stop.CancelAsync();
        await looking;
    }

    [Fact]
    public async Task Clients_AHundredAtOnce_AreAllAnswered()
    {
        Serve(async pod =>
        {
            while (true)
            {
                await pod.TakeAsync("\r\n\r\n");
                await pod.SendAsync(Ok);
            }
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            var client = await ConnectAsync();
            for (var i = 0; i < 20; i++)
            {
                await client.SendAsync(Get);
                Assert.Equal(Ok, await client.TakeAsync("ok"));
            }

            return 20;
        }));

        Assert.Equal(2_000, answers.Sum());
    }

    [Fact]
    public async Task Client_ThatIsRefused_HearsWhy_ThoughItStillSends()
    {
        var client = await ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n" + new string('x', 100_000));

        var answer = await client.TakeAllAsync();
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("Connection: close\r\n\r\nfound a Content-Length that is no number of bytes\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_WithoutEnd_IsRefused()
    {
        var client = await ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nx: " + new string('x', 70_000));

        Assert.StartsWith("HTTP/1.1 431 ", await client.TakeAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ThatFailsByAFaultOfOurs_IsLogged_AndOthersAreServed()
    {
        _ = ServeOnce(Ok, new Broken());
        var (failed, served) = (await ConnectAsync(), await ConnectAsync());

        await failed.SendAsync("GET /broken HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        Assert.Empty(await failed.TakeAllAsync());
        await served.SendAsync(Get);

        Assert.StartsWith("HTTP/1.1 200 OK", await served.TakeAsync("ok"), StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(Assert.Single(_logs.Errors));
    }

    [Fact]
    public async Task Gateway_ThatEnds_LetsRequestsEnd_AndClosesIdleConnections()
    {
        var (asked, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Serve(async pod =>
        {
            await pod.TakeAsync("\r\n\r\n");
            asked.SetResult();
            await goOn.Task;
            await pod.SendAsync(Ok);
        });
        var (busy, idle) = (await ConnectAsync(), await ConnectAsync());
        await busy.SendAsync(Get);
        await asked.Task.WaitAsync(TestGateway.Patience);

        var ending = _gateway.DisposeAsync();
        Assert.Empty(await idle.TakeAllAsync());
        goOn.SetResult();

        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", await busy.TakeAllAsync());
        await ending;
    }

    private void Serve(Func<RawPeer, Task> serve, Condition? condition = null)
    {
        _pod = new RawPod(serve);
        var service = new ServiceRef("default", "shop", "80");
        var pool = new BackendPool(service);
        pool.Set([Backend.Of(_pod.Address, "default", null)]);
        var forward = new Forward { Family = RouteFamily.Istio, Source = new ObjectKey("default", "shop"), Targets = [new WeightedTarget(service, 1)] };
        var rule = new RouteRule(HostPattern.Any, new RuleOrder(RouteFamily.Istio, 0, DateTimeOffset.UnixEpoch, "shop", 0), condition ?? Condition.Always, forward);
        _handler.Follow(RouteTable<Route>.Of([rule], r => new Route(r.Forward, new Dictionary<ServiceRef, BackendPool> { [service] = pool }, new Random(1))));
    }

    /// <summary>Answers one request of each connection.</summary>
    /// <returns>The first request's head.</returns>
    private Task<string> ServeOnce(string answer, Condition? condition = null)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(async pod =>
        {
            seen.TrySetResult(await pod.TakeAsync("\r\n\r\n"));
            await pod.SendAsync(answer);
            await pod.TakeAllAsync();
        }, condition);
        return seen.Task;
    }

    private async Task<RawPeer> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port);
        var peer = new RawPeer(socket);
        _clients.Add(peer);
        return peer;
    }

    private sealed record Broken : Condition
    {
        public override bool Holds(RequestHead request) => request.Path == "/broken" ? throw new InvalidOperationException("a fault") : true;
    }

    /// <summary>The real time, whose timers can be run sooner than that.</summary>
    private sealed class EagerTime : TimeProvider
    {
        private Action _tick = () => { };

        public void Tick() => _tick();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero)
                _tick = () => callback(state);
            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
