using System.Net;
using System.Net.Sockets;
using System.Text;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Sandbox.Network;
using Bascule.Sandbox.Tests.Workloads;

namespace Bascule.Sandbox.Tests.Network;

public sealed class ServiceProxyTests : IDisposable
{
    private static readonly ObjectKey s_key = new("default", "web");
    private readonly TestNetworkCache cache = new();
    private readonly TestNetworkEvents events = new();
    private readonly ServiceProxy proxy;
    private readonly int port = FreePort();

    public ServiceProxyTests() => proxy = new ServiceProxy(cache, events, new Random(1));

    public void Dispose() => proxy.Dispose();

    [Fact]
    public async Task Connections_SeveralPods_AreSpreadEvenly()
    {
        await using var pods = new TestPods("127.65.1.1", "127.65.1.2");
        await RouteAsync(pods, "127.65.1.1", "127.65.1.2");

        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
            answers.Add(await AskAsync());

        Assert.Equal(5, answers.Count(a => a == "127.65.1.1"));
        Assert.Equal(5, answers.Count(a => a == "127.65.1.2"));
    }

    [Fact]
    public async Task Connections_OnePodRefuses_GoToTheOther()
    {
        await using var pods = new TestPods("127.65.2.1");
        await RouteAsync(pods, "127.65.2.1", "127.65.2.9");

        for (var i = 0; i < 6; i++)
            Assert.Equal("127.65.2.1", await AskAsync());
    }

    [Fact]
    public async Task Endpoint_Removed_OldConnectionLivesAndNewOnesGoElsewhere()
    {
        await using var pods = new TestPods("127.65.3.1", "127.65.3.2");
        await RouteAsync(pods, "127.65.3.1");
        using var kept = await OpenAsync();
        Assert.Equal("127.65.3.1", await AskAsync(kept));
        var unrouted = proxy.Routed.WhenUnroutedAsync(IPAddress.Parse("127.65.3.1"), CancellationToken.None);
        Assert.False(unrouted.IsCompleted);

        await RouteAsync(pods, "127.65.3.2");

        await unrouted.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("127.65.3.1", await AskAsync(kept));
        Assert.Equal("127.65.3.2", await AskAsync());
    }

    [Fact]
    public async Task Connections_NoPod_AreRefused()
    {
        await using var pods = new TestPods();
        await RouteAsync(pods);

        var refused = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await OpenAsync();
            await client.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(5));
        });

        Assert.Equal(SocketError.ConnectionReset, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Request_HalfClosed_StillGetsItsAnswer()
    {
        await using var pods = new TestPods("127.65.4.1");
        await RouteAsync(pods, "127.65.4.1");
        using var client = await OpenAsync();
        await client.SendAsync("?"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        var buffer = new byte[64];
        var read = await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("127.65.4.1", Encoding.ASCII.GetString(buffer, 0, read));
        Assert.Equal(0, await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Port_InUse_IsToldOnceAndTriedAgain()
    {
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        await using var pods = new TestPods("127.65.5.1");

        var retry = await RouteAsync(pods, "127.65.5.1");
        await proxy.ReconcileAsync(s_key, CancellationToken.None);

        Assert.NotNull(retry);
        Assert.Contains($"127.0.0.1:{port} is in use", Assert.Single(events.Recorded).Message, StringComparison.Ordinal);
        other.Stop();
        Assert.Null(await proxy.ReconcileAsync(s_key, CancellationToken.None));
        Assert.Equal("127.65.5.1", await AskAsync());
    }

    private Task<TimeSpan?> RouteAsync(TestPods pods, params string[] ready)
    {
        cache.Service = TestObjects.Object($$"""{"metadata":{"name":"web","namespace":"default","uid":"svc"},"spec":{"clusterIP":"None","selector":{"app":"web"},"ports":[{"port":80,"nodePort":{{port}} }]} }""");
        var endpoints = string.Join(",", ready.Select(ip => $$"""{"addresses":["{{ip}}"],"conditions":{"ready":true} }"""));
        cache.Slice = TestObjects.Object($$"""{"metadata":{"name":"s","namespace":"default"},"ports":[{"name":"","port":{{pods.Port}} }],"endpoints":[{{endpoints}}]}""");
        return proxy.ReconcileAsync(s_key, CancellationToken.None);
    }

    private async Task<string> AskAsync()
    {
        using var client = await OpenAsync();
        return await AskAsync(client);
    }

    private static async Task<string> AskAsync(Socket client)
    {
        await client.SendAsync("?"u8.ToArray());
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private async Task<Socket> OpenAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class TestNetworkEvents : IEventSink
    {
        public List<KubeEvent> Recorded { get; } = [];

        public void Record(KubeEvent value) => Recorded.Add(value);
    }

    private sealed class TestNetworkCache : IObjectCache
    {
        public KubeObject? Service { get; set; }

        public KubeObject? Slice { get; set; }

        public bool Holds(ResourceType type) => true;

        public KubeObject? Get(ResourceType type, ObjectKey key) => Service;

        public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => Slice is null ? [] : [Slice];

        public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => List(type, null);
    }

    /// <summary>Pods that answer each message with their own address, all on one port.</summary>
    private sealed class TestPods : IAsyncDisposable
    {
        private readonly List<TcpListener> listeners = [];

        public TestPods(params string[] addresses)
        {
            Port = FreePort();
            foreach (var address in addresses)
            {
                var listener = new TcpListener(IPAddress.Parse(address), Port);
                listener.Start();
                listeners.Add(listener);
                _ = ServeAsync(listener, address);
            }
        }

        public int Port { get; }

        public ValueTask DisposeAsync()
        {
            foreach (var listener in listeners)
                listener.Stop();
            return ValueTask.CompletedTask;
        }

        private static async Task ServeAsync(TcpListener listener, string address)
        {
            try
            {
                while (true)
                    _ = AnswerAsync(await listener.AcceptSocketAsync(), address);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private static async Task AnswerAsync(Socket client, string address)
        {
            using (client)
            {
                var buffer = new byte[64];
                while (await client.ReceiveAsync(buffer) > 0)
                    await client.SendAsync(Encoding.ASCII.GetBytes(address));
            }
        }
    }
}
