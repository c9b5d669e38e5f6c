using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Sources;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Tests.Gateway;

/// <summary>The gateway over real HTTP, with real servers behind it.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Weights_OverTenThousandRequests_AreExactWithinOnePercent()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Istio(90, 10));
        await gateway.UntilAsync("shop.test", a => a is "v1" or "v2");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var second = 0;
            for (var i = 0; i < 1_250; i++)
                second += await gateway.TextAsync("shop.test") == "v2" ? 1 : 0;
            return second;
        })));

        Assert.InRange(answers.Sum(), 900, 1_100);
    }

    [Fact]
    public async Task Weights_ChangedAThousandTimesUnderLoad_FailNoRequest_AndTheLastCounts()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Istio(100, 0));
        await gateway.UntilAsync("shop.test", a => a == "v1");
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answers = new List<string>();
            while (!stop.IsCancellationRequested)
                answers.Add(await gateway.TextAsync("shop.test"));
            return answers;
        })).ToList();

        for (var change = 1; change <= 1000; change++)
            await gateway.ApplyAsync(Istio(change % 100, 100 - (change % 100)));
        await gateway.ApplyAsync(Istio(0, 100));
        var begun = Stopwatch.GetTimestamp();
        await gateway.UntilAsync("shop.test", a => a == "v2");

        // The promise is 50 ms, which the benchmark measures; a busy machine running tests may take longer.
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await stop.CancelAsync();
        Assert.All((await Task.WhenAll(load)).SelectMany(a => a), answer => Assert.True(answer is "v1" or "v2", answer));
    }

    [Fact]
    public async Task Pod_ThatRefusesTheConnection_IsPassedOver()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        var port = gateway.Pod("v1").Port;
        await gateway.ApplyAsync(TestGateway.Slice("v1", "[{ addresses: [127.0.0.1], conditions: { ready: true } }, { addresses: [127.77.7.7], conditions: { ready: true } }]", port));
        await gateway.ApplyAsync(Ingress("shop.test", "v1"));
        await gateway.UntilAsync("shop.test", a => a == "v1");

        for (var i = 0; i < 10; i++)
            Assert.Equal("v1", await gateway.TextAsync("shop.test", with: r => (r.Method, r.Content) = (HttpMethod.Post, new StringContent("order"))));
        Assert.All(gateway.Pod("v1").Asked.Where(a => a.Line.StartsWith("POST", StringComparison.Ordinal)), a => Assert.Equal("order", a.Body));
    }

    [Fact]
    public async Task NobodyToAnswer_IsSaidWithTheReason()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync(Ingress("gone.test", "nothing"));
        await gateway.UntilAsync("gone.test", a => a.StartsWith("no pod", StringComparison.Ordinal));

        using var unknown = await gateway.AskAsync("unknown.test");
        using var unready = await gateway.AskAsync("gone.test");

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Equal("no pod of Service default/nothing is ready\n", await unready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Request_UnderWay_EndsAtThePodThatHasIt()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Istio(100, 0));
        await gateway.UntilAsync("shop.test", a => a == "v1");
        var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Pod("v1").Before = _ =>
        {
            arrived.TrySetResult();
            return goOn.Task;
        };
        var slow = gateway.TextAsync("shop.test");
        await arrived.Task.WaitAsync(TestGateway.Patience);

        await gateway.ApplyAsync(Istio(0, 100));
        await gateway.ApplyAsync(TestGateway.Slice("v1", "[]", gateway.Pod("v1").Port));
        await gateway.UntilAsync("shop.test", a => a == "v2");
        goOn.SetResult();

        Assert.Equal("v1", await slow);
    }

    [Fact]
    public async Task Mirror_GetsTheSameRequestUnderAShadowsHost()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Mirrored());
        await gateway.UntilAsync("shop.test", a => a == "v1");
        var seen = new TaskCompletionSource<(string Line, IHeaderDictionary Headers, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Pod("v2").Before = context =>
        {
            if (gateway.Pod("v2").Asked.FirstOrDefault(a => a.Line.StartsWith("PUT", StringComparison.Ordinal)) is { Line: not null } asked)
                seen.TrySetResult(asked);
            return Task.CompletedTask;
        };

        var answer = await gateway.TextAsync("shop.test:80", "/cart?x=1", r =>
        {
            (r.Method, r.Content) = (HttpMethod.Put, new StringContent("two pears"));
            r.Headers.Add("x-user", "7");
        });

        var (line, headers, body) = await seen.Task.WaitAsync(TestGateway.Patience);
        Assert.Equal("v1", answer);
        Assert.Equal(("PUT shop.test-shadow:80 /cart?x=1", "7", "two pears"), (line, headers["x-user"].ToString(), body));
    }

    [Fact]
    public async Task Mirror_ThatHangsOrFails_NeitherSlowsNorFailsAnybody()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Mirrored());
        await gateway.UntilAsync("shop.test", a => a == "v1");
        var never = new TaskCompletionSource();
        gateway.Pod("v2").Before = context =>
        {
            if (gateway.Pod("v2").Asked.Count % 2 == 0)
                context.Abort();
            return never.Task;
        };

        for (var i = 0; i < 1_500; i++)
            Assert.Equal("v1", await gateway.TextAsync("shop.test"));

        Assert.NotEmpty(await gateway.MetricsAsync("bascule_gateway_mirrors_dropped_total"));
        never.SetResult();
    }

    [Fact]
    public async Task Client_WithACookieToKeep_StaysWithItsPod()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        // One Service, two pods: both servers listen on one address, so the second takes a slice of its own.
        await gateway.ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: { name: both }
            spec: { ports: [{ name: http, port: 80 }] }
            ---
            {{TestGateway.Slice("both", "[{ addresses: [127.0.0.1], conditions: { ready: true } }]", gateway.Pod("v1").Port)}}
            ---
            {{TestGateway.Slice("both", "[{ addresses: [127.0.0.1], conditions: { ready: true } }]", gateway.Pod("v2").Port).Replace("name: both,", "name: both-2,", StringComparison.Ordinal)}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: both }
            spec: { host: both, trafficPolicy: { loadBalancer: { consistentHash: { httpCookie: { name: user, ttl: 0s } } } } }
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: both }
            spec: { hosts: [both], http: [{ route: [{ destination: { host: both } }] }] }
            """);
        await gateway.UntilAsync("both", a => a is "v1" or "v2");
        var pods = new HashSet<string>();

        for (var client = 0; client < 20; client++)
        {
            using var first = await gateway.AskAsync("both");
            var cookie = first.Headers.GetValues("Set-Cookie").Single();
            Assert.Matches("^user=[0-9a-f]{16}; path=/; httponly$", cookie);
            var pod = await first.Content.ReadAsStringAsync();
            pods.Add(pod);
            for (var i = 0; i < 3; i++)
                Assert.Equal(pod, await gateway.TextAsync("both", with: r => r.Headers.Add("Cookie", cookie.Split(';')[0])));
        }

        Assert.Equal(["v1", "v2"], pods.Order());
    }

    [Fact]
    public async Task Edits_OfARoute_ReachThePodAndTheClient()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: shop }
            spec:
              hosts: [shop.test]
              http:
              - match: [{ uri: { prefix: /api/ } }]
                rewrite: { uri: /, authority: inner.test }
                headers: { request: { set: { x-set: new }, add: { x-add: more }, remove: [x-gone] }, response: { set: { x-answer: edited } } }
                route: [{ destination: { host: v1 } }]
            """);
        await gateway.UntilAsync("shop.test", a => a == "v1", "/api/");

        using var answer = await gateway.AskAsync("shop.test", "/api/cart?q=1", r =>
        {
            r.Headers.Add("x-set", "old");
            r.Headers.Add("x-gone", "secret");
        });

        var (line, headers, _) = gateway.Pod("v1").Asked.Last();
        Assert.Equal("GET inner.test /cart?q=1", line);
        Assert.Equal(("new", "more", false), (headers["x-set"].ToString(), headers["x-add"].ToString(), headers.ContainsKey("x-gone")));
        Assert.Equal(("127.0.0.1", "http", "shop.test"), (headers["X-Forwarded-For"].ToString(), headers["X-Forwarded-Proto"].ToString(), headers["X-Forwarded-Host"].ToString()));
        Assert.Equal("edited", answer.Headers.GetValues("x-answer").Single());
    }

    [Fact]
    public async Task Timeout_OfARoute_EndsTheWait()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: shop }
            spec: { hosts: [shop.test], http: [{ timeout: 100ms, route: [{ destination: { host: v1 } }] }] }
            """);
        await gateway.UntilAsync("shop.test", a => a == "v1");
        var never = new TaskCompletionSource();
        gateway.Pod("v1").Before = _ => never.Task;

        using var answer = await gateway.AskAsync("shop.test");

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        never.SetResult();
    }

    [Fact]
    public async Task Requests_AreCountedUnderIstiosNames()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Istio(100, 0));
        await gateway.UntilAsync("shop.test", a => a == "v1");
        gateway.Pod("v1").Before = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };

        await gateway.TextAsync("shop.test");

        var failed = (await gateway.MetricsAsync("istio_requests_total")).Where(l => l.Contains("response_code=\"500\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, failed.Count);
        Assert.All(failed, line => Assert.EndsWith("} 1", line, StringComparison.Ordinal));
        Assert.All(failed, line => Assert.Contains("destination_service=\"v1.default.svc.cluster.local\",destination_service_name=\"v1\",destination_service_namespace=\"default\"", line, StringComparison.Ordinal));
        Assert.Equal(["destination", "source"], failed.Select(l => l.Split("reporter=\"")[1].Split('"')[0]).Order());
    }

    [Fact]
    public async Task Requests_ToIngresses_AreCountedUnderNginxNames()
    {
        await using var gateway = await TestGateway.StartAsync("v1", "v2");
        await gateway.ApplyAsync(Ingress("shop.test", "v1"));
        await gateway.ApplyAsync(Ingress("shop.test", "v2", "shop-canary", "{ nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-by-header: beta }"));
        await gateway.UntilAsync("shop.test", a => a == "v1");
        while (await gateway.TextAsync("shop.test", with: r => r.Headers.Add("beta", "always")) != "v2")
        {
            // The second Ingress is not known yet.
        }

        var lines = await gateway.MetricsAsync("nginx_ingress_controller_requests{");

        Assert.Contains(lines, l => l.StartsWith("nginx_ingress_controller_requests{controller_class=\"k8s.io/ingress-nginx\",namespace=\"default\",ingress=\"shop\",service=\"v1\",canary=\"default-v2-80\",host=\"shop.test\",path=\"/\",method=\"GET\",status=\"200\"} 1", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("service=\"v1\",canary=\"\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Statuses_TellTheAddress_AndHowRoutesAreTaken()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync($$"""
            {{Ingress("shop.test", "v1")}}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: gate }
            spec: { gatewayClassName: bascule, listeners: [{ name: http, port: 80, protocol: HTTP }] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: good }
            spec: { hostnames: [good.test], parentRefs: [{ name: gate }], rules: [{ backendRefs: [{ name: v1, port: 80 }] }] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: lost }
            spec: { hostnames: [lost.test], parentRefs: [{ name: gate }], rules: [{ backendRefs: [{ name: nobody, port: 80 }] }] }
            """);

        var ingress = await gateway.UntilAsync(ResourceTypes.Ingresses, "shop", i => i.Root.At("status").At("loadBalancer").Items("ingress").Any());
        var good = await gateway.UntilAsync(RouteTypes.HttpRoutes, "good", Says("ResolvedRefs"));
        var lost = await gateway.UntilAsync(RouteTypes.HttpRoutes, "lost", Says("ResolvedRefs"));
        var gate = await gateway.UntilAsync(RouteTypes.Gateways, "gate", g => g.Root.At("status").Items("listeners").Any(l => l.Int("attachedRoutes") == 2));

        Assert.Equal(gateway.Address.Port, ingress.Root.At("status", "loadBalancer").Items("ingress").Single().Items("ports").Single().Int("port"));
        Assert.Equal([("Accepted", "True", "Accepted"), ("ResolvedRefs", "True", "ResolvedRefs")], Conditions(good));
        Assert.Equal([("Accepted", "True", "Accepted"), ("ResolvedRefs", "False", "BackendNotFound")], Conditions(lost));
        Assert.Equal("127.0.0.1", gate.Root.At("status").Items("addresses").Single().Text("value"));

        await gateway.AddAsync("nobody");
        Assert.Equal("True", Conditions(await gateway.UntilAsync(RouteTypes.HttpRoutes, "lost", l => Conditions(l)[1].Item2 == "True"))[1].Item2);
        await gateway.UntilAsync("lost.test", a => a == "nobody");

        static Func<KubeObject, bool> Says(string type) => o => Conditions(o).Any(c => c.Item1 == type);
        static List<(string?, string?, string?)> Conditions(KubeObject route) =>
            [.. route.Root.At("status").Items("parents").SelectMany(p => p.Items("conditions")).Select(c => (c.Text("type"), c.Text("status"), c.Text("reason")))];
    }

    [Fact]
    public async Task Ingress_WhoseAddressSomebodyElseWrote_KeepsIt()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: shop }
            spec: { ingressClassName: alb, rules: [{ host: shop.test, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: v1, port: { number: 80 } } } }] } }] }
            """);
        await gateway.UntilAsync(ResourceTypes.Ingresses, "shop", i => i.Root.At("status").At("loadBalancer").Items("ingress").Any());

        var theirs = Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["hostname"] = "lb.example" }) } } });
        await gateway.Client.PatchAsync(ResourceTypes.Ingresses, new ObjectKey("default", "shop"), theirs, "status", TestContext.Current.CancellationToken);
        await gateway.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: later }
            spec: { rules: [{ host: later.test, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: v1, port: { number: 80 } } } }] } }] }
            """);
        await gateway.UntilAsync(ResourceTypes.Ingresses, "later", i => i.Root.At("status").At("loadBalancer").Items("ingress").Any());

        var shop = await gateway.UntilAsync(ResourceTypes.Ingresses, "shop", _ => true);
        Assert.Equal("lb.example", shop.Root.At("status", "loadBalancer").Items("ingress").Single().Text("hostname"));
    }

    [Fact]
    public async Task Route_ThatAsksForMoreThanIsDone_IsNotAccepted()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.ApplyAsync("""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: gate }
            spec: { gatewayClassName: bascule, listeners: [{ name: http, port: 80, protocol: HTTP }] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: away }
            spec: { hostnames: [away.test], parentRefs: [{ name: gate }], rules: [{ filters: [{ type: RequestRedirect }] }] }
            """);

        var route = await gateway.UntilAsync(RouteTypes.HttpRoutes, "away", r => r.Root.At("status").Items("parents").Any());

        var accepted = route.Root.At("status").Items("parents").Single().Items("conditions").Single(c => c.Text("type") == "Accepted");
        Assert.Equal(
            ("False", "UnsupportedValue", "spec.rules[0].filters: found RequestRedirect, which is not honoured by the sandbox's gateway"),
            (accepted.Text("status"), accepted.Text("reason"), accepted.Text("message")));
    }

    [Fact]
    public async Task RoutingObject_ThatMakesNoSense_IsToldByAnEvent_AndTheOthersAreServed()
    {
        await using var gateway = await TestGateway.StartAsync("v1");
        await gateway.ApplyAsync($$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: broken }
            spec: { hosts: [broken.test], gateways: [missing], http: [{ route: [{ destination: { host: v1 } }] }] }
            ---
            {{Ingress("shop.test", "v1")}}
            """);

        await gateway.UntilAsync("shop.test", a => a == "v1");
        using var bound = new CancellationTokenSource(TestGateway.Patience);
        var told = gateway.Client.WatchAsync(ResourceTypes.Events, "default", new WatchOptions { SendInitialEvents = true, AllowBookmarks = false }, bound.Token);
        var message = "";
        await foreach (var change in told)
        {
            message = change.Object.Root.Text("message") ?? "";
            if (change.Object.Root.At("involvedObject").Text("name") == "broken")
                break;
        }

        Assert.Equal("The gateway does not serve this as written: spec.gateways: found 'missing', but there is no Gateway default/missing", message);
    }

    private static string Istio(int first, int second) => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: shop }
        spec: { hosts: [shop.test], http: [{ route: [{ destination: { host: v1 }, weight: {{first}} }, { destination: { host: v2 }, weight: {{second}} }] }] }
        """;

    private static string Mirrored() => """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: shop }
        spec: { hosts: [shop.test], http: [{ route: [{ destination: { host: v1 } }], mirror: { host: v2 } }] }
        """;

    private static string Ingress(string host, string service, string name = "shop", string annotations = "{}") => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: {{name}}, annotations: {{annotations}} }
        spec: { rules: [{ host: {{host}}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: {{service}}, port: { number: 80 } } } }] } }] }
        """;
}
