using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Kube.Config;
using Bascule.Kube.Http;
using Bascule.Kube.Tests.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Http;

public sealed class HttpKubeClientTests : IAsyncLifetime
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"p","namespace":"n","resourceVersion":"7"},"spec":{"odd":1.50}}""";
    private static readonly ObjectKey Key = new("n", "p");

    private readonly FakeTimeProvider _clock = new();
    private TestApiServer _server = null!;
    private HttpKubeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync();
        _client = new HttpKubeClient(_server.Connection, _clock, new Random(1));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Get_Sends_PathTokenAndName()
    {
        _server.Answers(Pod);
        var pod = await _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);

        var request = Assert.Single(_server.Requests);
        Assert.Equal("GET /api/v1/namespaces/n/pods/p", $"{request.Method} {request.Target}");
        Assert.Equal("Bearer secret-token", request.Headers["Authorization"]);
        Assert.Equal("application/json", request.Headers["Accept"]);
        Assert.StartsWith("bascule/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("7", pod.ResourceVersion);
        Assert.Equal("""{"odd":1.50}""", pod.Root.GetProperty("spec").GetRawText());
    }

    [Theory]
    [InlineData(PatchType.Merge, "application/merge-patch+json", "")]
    [InlineData(PatchType.Json, "application/json-patch+json", "")]
    [InlineData(PatchType.StrategicMerge, "application/strategic-merge-patch+json", "")]
    [InlineData(PatchType.Apply, "application/apply-patch+yaml", "?fieldManager=bascule&force=true")]
    public async Task Patch_OfEachType_SendsItsContentType(PatchType type, string contentType, string query)
    {
        _server.Answers(Pod);
        JsonNode body = type == PatchType.Json ? new JsonArray() : new JsonObject { ["a"] = "ä" };
        await _client.PatchAsync(ResourceTypes.Pods, Key, new Patch(type, body) { Force = type == PatchType.Apply }, "status", CancellationToken.None);

        var request = Assert.Single(_server.Requests);
        Assert.Equal($"PATCH /api/v1/namespaces/n/pods/p/status{query}", $"{request.Method} {request.Target}");
        Assert.Equal(contentType, request.Headers["Content-Type"]);
        Assert.Equal(body.ToJsonString(), JsonNode.Parse(request.Body)!.ToJsonString());
    }

    [Fact]
    public async Task Delete_WithConditions_SendsThemInTheBody()
    {
        _server.Answers("{}");
        await _client.DeleteAsync(ResourceTypes.Pods, Key, new DeleteOptions { Propagation = PropagationPolicy.Foreground, PreconditionUid = "u", GracePeriodSeconds = 0 }, CancellationToken.None);

        var request = Assert.Single(_server.Requests);
        Assert.Equal("DELETE", request.Method);
        Assert.Equal("""{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Foreground","gracePeriodSeconds":0,"preconditions":{"uid":"u"}}""", request.Body);
    }

    [Fact]
    public async Task List_InPages_JoinsThemAndEscapesSelectors()
    {
        _server.Answers("""{"kind":"PodList","metadata":{"resourceVersion":"9","continue":"a+/="},"items":[{"metadata":{"name":"a"}}]}""")
            .Answers("""{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"b"}},{"metadata":{"name":"c"}}]}""");
        var list = await _client.ListAsync(ResourceTypes.Pods, null, new ListOptions { LabelSelector = "app in (x,y)", PageSize = 1 }, CancellationToken.None);

        Assert.Equal(["a", "b", "c"], list.Items.Select(i => i.Name));
        Assert.Equal("9", list.ResourceVersion);
        Assert.Equal(
            ["/api/v1/pods?labelSelector=app%20in%20%28x%2Cy%29&limit=1", "/api/v1/pods?labelSelector=app%20in%20%28x%2Cy%29&limit=1&continue=a%2B%2F%3D"],
            _server.Requests.Select(r => r.Target));
    }

    [Fact]
    public async Task List_NullItems_IsEmpty()
    {
        _server.Answers("""{"metadata":{"resourceVersion":"9"},"items":null}""");

        Assert.Empty((await _client.ListAsync(ResourceTypes.Pods, "n", ListOptions.All, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task List_ExpiredInTheMiddle_BeginsAgain()
    {
        _server.Answers("""{"metadata":{"resourceVersion":"1","continue":"x"},"items":[{"metadata":{"name":"old"}}]}""")
            .Answers("""{"kind":"Status","code":410,"reason":"Expired","message":"too old"}""", 410)
            .Answers("""{"metadata":{"resourceVersion":"2"},"items":[{"metadata":{"name":"new"}}]}""");

        Assert.Equal("new", Assert.Single((await _client.ListAsync(ResourceTypes.Pods, "n", ListOptions.All, CancellationToken.None)).Items).Name);
    }

    [Fact]
    public async Task Refusal_WithStatus_CarriesItsFields()
    {
        _server.Answers("""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"p\" not found","reason":"NotFound","code":404}""", 404);
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None));

        Assert.True(refusal.IsNotFound);
        Assert.Equal("NotFound", refusal.Reason);
        Assert.Equal("pods \"p\" not found", refusal.Message);
        Assert.NotNull(refusal.Status);
    }

    [Theory]
    [InlineData(502, "<html>Bad Gateway</html>", "")]
    [InlineData(404, "404 page not found", "NotFound")]
    [InlineData(401, "", "Unauthorized")]
    [InlineData(500, "{ not json", "InternalError")]
    public async Task Refusal_ThatIsNotAStatus_SaysWhatWasAnswered(int code, string body, string reason)
    {
        _server.Answers(body, code, "text/html");
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None));

        Assert.Equal((code, reason), ((int)refusal.Code, refusal.Reason));
        Assert.Contains("GET /api/v1/namespaces/n/pods/p", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(body, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Success_ThatIsNotJson_IsAnErrorThatSaysSo()
    {
        _server.Answers("<html>login</html>", 200, "text/html");
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None));

        Assert.Contains("not Kubernetes JSON", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyRequests_OnAnyMethod_IsSentAgainAfterTheTimeAsked()
    {
        _server.Answers("", 429, retryAfter: "3").Answers(Pod, 201);
        var creating = _client.CreateAsync(ResourceTypes.Pods, "n", Objects.ConfigMap("p"), CancellationToken.None);
        await Eventually.HoldsAsync(() => _server.Requests.Count == 1, "the first try");
        await Eventually.HoldsAsync(() => creating.IsCompleted, "the second try", _clock, TimeSpan.FromSeconds(1));

        Assert.Equal("7", (await creating).ResourceVersion);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(_server.Requests.First().Body, _server.Requests.Last().Body);
    }

    [Fact]
    public async Task Evict_Pod_NamesItsUid_RST4()
    {
        _server.Answers("""{"kind":"Status","status":"Success"}""", 201);
        await _client.EvictAsync(Key, "u-1", CancellationToken.None);

        var request = Assert.Single(_server.Requests);
        Assert.Equal("POST /api/v1/namespaces/n/pods/p/eviction", $"{request.Method} {request.Target}");
        Assert.Equal(
            """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"n"},"deleteOptions":{"preconditions":{"uid":"u-1"}}}""",
            request.Body);
    }

    [Fact]
    public async Task Evict_RefusedByABudget_IsNotSentAgain_RST4()
    {
        _server.Answers("", 429, retryAfter: "3");
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.EvictAsync(Key, "u-1", CancellationToken.None));

        Assert.True(refusal.IsTooManyRequests);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task InternalError_OnAWrite_IsNotSentAgain()
    {
        _server.Answers("", 500);
        await Assert.ThrowsAsync<KubeException>(() => _client.CreateAsync(ResourceTypes.Pods, "n", Objects.ConfigMap("p"), CancellationToken.None));

        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task Reset_IsSentAgain_OnlyWhenItRead(bool write, int requests)
    {
        static Task Reset(HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        _server.Answers(Reset).Answers(Pod);
        Task<KubeObject> call = write
            ? _client.UpdateAsync(ResourceTypes.Pods, Key, Objects.ConfigMap("p"), null, CancellationToken.None)
            : _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);
        await Eventually.HoldsAsync(() => call.IsCompleted, "an answer", _clock);

        Assert.Equal(!write, call.IsCompletedSuccessfully);
        Assert.Equal(requests, _server.Requests.Count);
        if (write)
            Assert.True((await Assert.ThrowsAsync<KubeException>(() => call)).IsUnreachable);
    }

    [Fact]
    public async Task Unreachable_Server_IsNamedWithWhatToDo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        using var client = new HttpKubeClient(new KubeConnection { Server = address, Origin = "context \"x\" of y" }, TimeProvider.System, new Random(1));
        var refusal = await Assert.ThrowsAsync<KubeException>(() => client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None));

        Assert.True(refusal.IsUnreachable);
        Assert.Contains($"{address}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("context \"x\" of y", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("bascule up", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatNeverShakesHands_IsTriedTwice_AndUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new KubeTransport(
            new KubeConnection { Server = new Uri($"https://{listener.LocalEndpoint}"), Origin = "test" }, TimeProvider.System, new Random(1), connectWithin: TimeSpan.FromMilliseconds(100));

        var refusal = await Assert.ThrowsAsync<KubeException>(() => transport.SendAsync(KubeCall.Get("/version"), body => body.Length, CancellationToken.None));

        Assert.True(refusal.IsUnreachable);
        Assert.Contains("no connection within 0.1 s", refusal.Message, StringComparison.Ordinal);
        using var first = await listener.AcceptTcpClientAsync();
        using var second = await listener.AcceptTcpClientAsync();
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task SlowServer_IsGivenUp_WithATimeout()
    {
        var ended = new TaskCompletionSource();
        _server.Answers(async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.SetResult();
        });
        var call = _client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);
        await Eventually.HoldsAsync(() => _server.Requests.Count == 1, "the request");
        await Eventually.HoldsAsync(() => call.IsCompleted, "a timeout", _clock, TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await Assert.ThrowsAsync<KubeException>(() => call)).Code);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Watch_Events_ComeAsTheyAreSent()
    {
        var large = new string('x', 100_000);
        _server.Answers(async context =>
        {
            await context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"a","annotations":{"large":"LARGE"}}}}""".Replace("LARGE", large, StringComparison.Ordinal) + "\n");
            await context.Response.WriteAsync("""{"type":"MODIF""");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("""IED","object":{"metadata":{"name":"b"}}}""" + "\n\n");
            await context.Response.WriteAsync("""{"object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}},"type":"BOOKMARK"}""" + "\n");
            await context.Response.WriteAsync("""{"type":"DELETED","object":{"metadata":{"name":"cut off""");
        });
        var options = new WatchOptions { SendInitialEvents = true, FieldSelector = "metadata.name=a", Timeout = TimeSpan.FromSeconds(300) };
        var events = new List<WatchEvent>();
        await foreach (var value in _client.WatchAsync(ResourceTypes.ReplicaSets, "n", options, CancellationToken.None))
            events.Add(value);

        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Bookmark], events.Select(e => e.Type));
        Assert.Equal(large, events[0].Object.Annotations["large"]);
        Assert.True(events[2].EndsInitialEvents);
        Assert.Equal(
            "/apis/apps/v1/namespaces/n/replicasets?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Da&timeoutSeconds=300",
            Assert.Single(_server.Requests).Target);
    }

    [Fact]
    public async Task Watch_ErrorEvent_IsThrownAsItsStatus()
    {
        _server.Answers("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 1 (5)"}}""" + "\n");
        var refusal = await Assert.ThrowsAsync<KubeException>(async () =>
        {
            await foreach (var _ in _client.WatchAsync(ResourceTypes.Pods, "n", new WatchOptions { ResourceVersion = "1" }, CancellationToken.None))
            {
            }
        });

        Assert.True(refusal.IsExpired);
    }

    [Fact]
    public async Task Watch_ConnectionBreaks_IsSaidSo()
    {
        var begun = new TaskCompletionSource();
        _server.Answers(async context =>
        {
            await context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"a"}}}""" + "\n");
            await context.Response.Body.FlushAsync();
            await begun.Task;
            context.Abort();
        });
        var refusal = await Assert.ThrowsAsync<KubeException>(async () =>
        {
            await foreach (var _ in _client.WatchAsync(ResourceTypes.Pods, "n", new WatchOptions(), CancellationToken.None))
                begun.SetResult();
        });

        Assert.True(refusal.IsUnreachable);
    }

    [Fact]
    public async Task Log_Followed_ComesAsItIsWritten()
    {
        var more = new TaskCompletionSource();
        _server.Answers(async context =>
        {
            await context.Response.WriteAsync("one\n");
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.WriteAsync("two\n");
        });
        await using var stream = await _client.OpenStreamAsync("/api/v1/namespaces/n/pods/p/log?follow=true", CancellationToken.None);
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.Equal("one", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)));
        more.SetResult();
        Assert.Equal("two", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("n", "")]
    [InlineData("n", "../secrets/x")]
    [InlineData("..", "p")]
    [InlineData("n", "a%2fb")]
    [InlineData(null, "p")]
    public async Task Names_ThatWouldChangeThePath_AreRefusedBeforeAnythingIsSent(string? space, string name)
    {
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(ResourceTypes.Pods, new ObjectKey(space, name), CancellationToken.None));

        Assert.Equal(HttpStatusCode.BadRequest, refusal.Code);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task TokenFile_Refused_IsReadAgainOnce()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "old\n");
            using var client = new HttpKubeClient(_server.Connection with { Credential = new KubeCredential.TokenFile(file) }, _clock, new Random(1));
            _server.Answers(Pod).Answers("", 401).Answers(Pod);
            await client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);
            await File.WriteAllTextAsync(file, "new\n");
            await client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);

            Assert.Equal(["Bearer old", "Bearer old", "Bearer new"], _server.Requests.Select(r => r.Headers["Authorization"]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Exec_Credential_IsAskedForAgainWhenItRunsOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the credential program is a shell script");
        var until = _clock.GetUtcNow().AddMinutes(10).ToString("o");
        var script = $$$"""echo x >> "$0.runs"; echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t-'"$NAME"'","expirationTimestamp":"{{{until}}}"}}'""";
        var folder = Directory.CreateTempSubdirectory("bascule-kube-");
        try
        {
            var exec = new KubeCredential.Exec("client.authentication.k8s.io/v1", "sh", ["-c", script, Path.Combine(folder.FullName, "count")], System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("NAME", "me"));
            using var client = new HttpKubeClient(_server.Connection with { Credential = exec }, _clock, new Random(1));
            for (var i = 0; i < 3; i++)
            {
                _server.Answers(Pod);
                await client.GetAsync(ResourceTypes.Pods, Key, CancellationToken.None);
                if (i == 1)
                    _clock.Advance(TimeSpan.FromMinutes(11));
            }

            Assert.All(_server.Requests, r => Assert.Equal("Bearer t-me", r.Headers["Authorization"]));
            Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "count.runs"))).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
