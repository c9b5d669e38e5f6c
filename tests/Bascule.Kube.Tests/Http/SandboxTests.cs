using System.Text.Json.Nodes;
using Bascule.Kube.Cache;
using Bascule.Kube.Config;
using Bascule.Kube.Http;
using Bascule.Kube.Queue;
using Bascule.Kube.Tests.Queue;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Http;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Kube.Tests.Http;

/// <summary>The whole runtime against an API server over real HTTP.</summary>
public sealed class SandboxTests : IAsyncLifetime
{
    private const string Token = "a-token";
    private static readonly ResourceType Type = ResourceTypes.ConfigMaps;

    private readonly ApiServer _api = new(new Store(), TimeProvider.System, new Random(1));
    private SandboxApiHost _host = null!;
    private HttpKubeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await SandboxApiHost.StartAsync(_api, new SandboxApiOptions { Token = Token }, CancellationToken.None);
        _client = new HttpKubeClient(KubeConnection.ForToken(_host.Address, Token), TimeProvider.System, new Random(1));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Client_LifeOfAnObject_ReadsWhatItWrote()
    {
        var created = await _client.CreateAsync(Type, "default", Objects.ConfigMap("a"), CancellationToken.None);
        var patched = await _client.PatchAsync(Type, created.Key, Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["value"] = "2" } }), null, CancellationToken.None);
        Assert.Equal("2", (await _client.GetAsync(Type, created.Key, CancellationToken.None)).Root.GetProperty("data").GetProperty("value").GetString());
        Assert.NotEqual(created.ResourceVersion, patched.ResourceVersion);

        var stale = await Assert.ThrowsAsync<KubeException>(() => _client.UpdateAsync(Type, created.Key, created.ToNode(), null, CancellationToken.None));
        Assert.True(stale.IsConflict);
        Assert.True((await Assert.ThrowsAsync<KubeException>(() => _client.CreateAsync(Type, "default", Objects.ConfigMap("a"), CancellationToken.None))).IsAlreadyExists);
        await _client.DeleteAsync(Type, created.Key, new DeleteOptions { PreconditionUid = created.Uid }, CancellationToken.None);
        Assert.True((await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(Type, created.Key, CancellationToken.None))).IsNotFound);
    }

    [Fact]
    public async Task List_MoreThanAPage_ReturnsAll()
    {
        for (var i = 0; i < 25; i++)
            await _client.CreateAsync(Type, "default", Objects.ConfigMap($"a{i}"), CancellationToken.None);

        Assert.Equal(25, (await _client.ListAsync(Type, "default", new ListOptions { PageSize = 10, FieldSelector = "metadata.name!=kube-root-ca.crt" }, CancellationToken.None)).Items.Count);
    }

    [Fact]
    public async Task Client_WrongToken_IsUnauthorized()
    {
        using var stranger = new HttpKubeClient(KubeConnection.ForToken(_host.Address, "wrong"), TimeProvider.System, new Random(1));

        Assert.Equal(401, (int)(await Assert.ThrowsAsync<KubeException>(() => stranger.GetAsync(Type, new ObjectKey("default", "a"), CancellationToken.None))).Code);
    }

    [Fact]
    public async Task Loop_OverHttp_ActsOnEachObjectOnceAndThenRests()
    {
        const int Objects = 100;
        await using var cache = new InformerCache(_client, TimeProvider.System, new Random(1), NullLogger<InformerCache>.Instance);
        cache.Add(Type, new InformerOptions { Namespace = "default" });
        var tracked = new WriteTracker(_client, cache);
        var writes = 0;
        var reconciler = new TestReconciler(async (key, token) =>
        {
            // What every controller does: read the cache, write only when something is missing.
            if (cache.Get(Type, key) is not { } seen || seen.Labels.ContainsKey("done"))
                return null;
            Interlocked.Increment(ref writes);
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion, ["labels"] = new JsonObject { ["done"] = "yes" } } };
            await tracked.PatchAsync(Type, key, Patch.Merge(patch), null, token);
            return null;
        });
        await using var loop = new ReconcileLoop(new ReconcileLoopOptions("ConfigMap") { Workers = 4 }, reconciler, TimeProvider.System, new Random(1), NullLogger<ReconcileLoop>.Instance);
        cache.OnChange(Type, change => loop.Enqueue(change.Key));
        cache.Start();
        await cache.WaitForSyncAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        loop.Start();
        for (var i = 0; i < Objects; i++)
            await _client.CreateAsync(Type, "default", Shared.Objects.ConfigMap($"a{i}"), CancellationToken.None);

        await Eventually.HoldsAsync(
            () => cache.List(Type, "default").Count(o => o.Labels.ContainsKey("done")) >= Objects && loop.Counts is { Ready: 0, Waiting: 0 }, "all done and at rest");
        Assert.Equal(cache.List(Type, "default").Count, writes);
    }
}
