using System.Collections.Concurrent;
using System.Net;
using Bascule.Kube.Cache;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Cache;

public sealed class InformerCacheTests : IAsyncDisposable
{
    private static readonly ResourceType Type = ResourceTypes.ConfigMaps;

    private readonly FakeTimeProvider _clock = new();
    private readonly DirectClient _server;
    private readonly TestClient _client;
    private readonly InformerCache _cache;
    private readonly ConcurrentQueue<ObjectChange> _changes = new();

    public InformerCacheTests()
    {
        // So short a history that a watch cut for a while comes back too late.
        _server = new DirectClient(new ApiServer(new Store(new StoreLimits { HistoryEvents = 8 }), _clock, new Random(1)), "test");
        _client = new TestClient(_server);
        _cache = new InformerCache(_client, _clock, new Random(1), NullLogger<InformerCache>.Instance);
    }

    public async ValueTask DisposeAsync() => await _cache.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_ObjectsThere_AreListedThenFollowed(bool streamingRefused)
    {
        if (streamingRefused)
            _client.Refuse = verb => verb == "watch" && _client.Watches == 1 ? new KubeException(HttpStatusCode.UnprocessableEntity, "Invalid", "sendInitialEvents is forbidden") : null;
        await CreateAsync("a");
        await StartAsync();

        Assert.Equal(["a"], Names());
        await CreateAsync("b");
        await SeesAsync("a", "b");
        await _server.DeleteAsync(Type, new ObjectKey("default", "a"), DeleteOptions.Default, CancellationToken.None);
        await SeesAsync("b");
        Assert.Equal(["+a", "+b", "-a"], _changes.Select(Sign));
        Assert.Equal(streamingRefused ? 1 : 0, _client.Lists);
    }

    [Fact]
    public async Task Keep_SaysWhatIsThere()
    {
        await CreateAsync("a");
        await CreateAsync("other");
        await using var cache = new InformerCache(_client, _clock, new Random(1), NullLogger<InformerCache>.Instance);
        cache.Add(Type, new InformerOptions { Keep = item => item.Name.Length == 1 });
        cache.Start();
        await cache.WaitForSyncAsync(CancellationToken.None);
        await CreateAsync("another");
        await CreateAsync("b");

        await Eventually.HoldsAsync(() => cache.Get(Type, new("default", "b")) is not null, "what is kept is seen");
        Assert.Equal(["a", "b"], cache.List(Type, null).Select(o => o.Name).Order());
    }

    [Fact]
    public async Task Start_ServerThatDoesNotKnowStreamingLists_ListsAfterAWhile()
    {
        _client.IsSilentOnStreamingLists = true;
        await CreateAsync("a");
        await StartAsync();

        Assert.Equal(["a"], Names());
        Assert.Equal(1, _client.Lists);
    }

    [Fact]
    public async Task Start_ServerDown_TriesUntilItAnswers()
    {
        await CreateAsync("a");
        _client.Refuse = _ => _client.Watches + _client.Lists < 4 ? new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "down") : null;
        await StartAsync();

        Assert.True(_cache.HasSynced);
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public async Task Watch_Dropped_ResumesWithoutListing()
    {
        await StartAsync();
        var watches = _client.Watches;
        _client.CutWatches();
        await CreateAsync("a");
        await SeesAsync("a");

        Assert.True(_client.Watches > watches);
        Assert.Equal(0, _client.Lists);
        Assert.NotNull(_client.Asked[^1].ResourceVersion);
        Assert.False(_client.Asked[^1].SendInitialEvents);
    }

    [Fact]
    public async Task Watch_DroppedForTooLong_ListsAgainAndTellsOnlyWhatDiffers()
    {
        await CreateAsync("gone");
        await CreateAsync("stays");
        await StartAsync();
        _client.Refuse = verb => verb is "watch" or "list" ? new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "down") : null;
        _client.CutWatches();
        await _server.DeleteAsync(Type, new ObjectKey("default", "gone"), DeleteOptions.Default, CancellationToken.None);
        for (var i = 0; i < 20; i++)
            await CreateAsync($"n{i:00}");
        _changes.Clear();
        _client.Refuse = _ => null;

        await SeesAsync([.. Enumerable.Range(0, 20).Select(i => $"n{i:00}"), "stays"]);
        await Eventually.HoldsAsync(() => _changes.Count == 21, "all changes told", _clock);
        Assert.Contains("-gone", _changes.Select(Sign));
        Assert.DoesNotContain("+stays", _changes.Select(Sign));
    }

    [Fact]
    public async Task Type_ThatIsServedNoMore_IsSaidSoUntilItIsListedAgain()
    {
        await CreateAsync("a");
        await StartAsync();
        Assert.True(_cache.IsServed(Type));

        _client.Refuse = verb => verb is "watch" or "list" ? new KubeException(HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource") : null;
        _client.CutWatches();
        await Eventually.HoldsAsync(() => !_cache.IsServed(Type), "the server does not know the type", _clock);
        _client.Refuse = _ => null;
        await Eventually.HoldsAsync(() => _cache.IsServed(Type), "it does again", _clock);

        Assert.Equal(["a"], Names());
        Assert.False(_cache.IsServed(ResourceTypes.Secrets)); // Never kept.
    }

    [Fact]
    public async Task Selector_Label_KeepsTheRestOut()
    {
        await _server.CreateAsync(Type, "default", Objects.ConfigMap("in", label: "x"), CancellationToken.None);
        await _server.CreateAsync(Type, "default", Objects.ConfigMap("out", label: "y"), CancellationToken.None);
        await StartAsync(new InformerOptions { LabelSelector = "app=x" });

        Assert.Equal(["in"], Names());
    }

    [Fact]
    public async Task ResourceVersionSeen_AfterAWrite_ReachesIt()
    {
        await StartAsync();
        var written = await CreateAsync("a");

        await Eventually.HoldsAsync(() => ResourceVersions.IsAtLeast(_cache.ResourceVersionSeen(Type), written.ResourceVersion), "the version was seen");
        Assert.Null(_cache.ResourceVersionSeen(ResourceTypes.Pods));
    }

    [Fact]
    public async Task Handler_ThatThrows_HindersNobodyElse()
    {
        _cache.Add(Type, InformerOptions.All);
        _cache.OnChange(Type, _ => throw new InvalidOperationException("bug"));
        _cache.OnChange(Type, _changes.Enqueue);
        await CreateAsync("a");
        _cache.Start();
        await Eventually.HoldsAsync(() => _cache.HasSynced, "synced", _clock);

        Assert.Equal(["+a"], _changes.Select(Sign));
    }

    [Fact]
    public void Read_OfATypeThatWasNotAdded_IsAnErrorAndNotEmpty() =>
        Assert.Throws<InvalidOperationException>(() => _cache.List(Type, null));

    [Fact]
    public async Task Dispose_BeforeTheFirstList_EndsTheWait()
    {
        _client.Refuse = _ => new KubeException(HttpStatusCode.ServiceUnavailable, "Unreachable", "down");
        _cache.Add(Type, InformerOptions.All);
        _cache.Start();
        var waiting = _cache.WaitForSyncAsync(CancellationToken.None);
        await _cache.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Cache_UnderRandomCutsAndRefusals_ConvergesToTheServer()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        _client.Refuse = verb => verb is "watch" or "list" && random.Next(3) == 0 ? new KubeException(HttpStatusCode.InternalServerError, "InternalError", "fault") : null;
        await StartAsync();
        for (var i = 0; i < 300; i++)
        {
            var name = $"o{random.Next(10)}";
            try
            {
                if (random.Next(3) == 0)
                    await _server.DeleteAsync(Type, new ObjectKey("default", name), DeleteOptions.Default, CancellationToken.None);
                else
                    await CreateAsync(name);
            }
            catch (KubeException exception) when (exception.IsAlreadyExists || exception.IsNotFound)
            {
            }

            if (random.Next(10) == 0)
                _client.CutWatches();
            if (random.Next(5) == 0)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _client.Refuse = _ => null;
        var truth = await _server.ListAsync(Type, null, ListOptions.All, CancellationToken.None);
        await Eventually.HoldsAsync(() => Versions(_cache.List(Type, null)).SequenceEqual(Versions(truth.Items)), $"the cache shows the server's state (seed {Seed})", _clock);

        // What handlers were told adds up to the same.
        var told = new Dictionary<ObjectKey, KubeObject>();
        foreach (var change in _changes)
        {
            if (change.New is { } now)
                told[change.Key] = now;
            else
                told.Remove(change.Key);
        }

        Assert.Equal(Versions(truth.Items), Versions(told.Values));
    }

    private static IEnumerable<string> Versions(IEnumerable<KubeObject> objects) => objects.Select(o => $"{o.Key}@{o.ResourceVersion}").Order();

    private static string Sign(ObjectChange change) => $"{(change.New is null ? "-" : change.Old is null ? "+" : "~")}{change.Key.Name}";

    private Task<KubeObject> CreateAsync(string name) => _server.CreateAsync(Type, "default", Objects.ConfigMap(name), CancellationToken.None);

    private async Task StartAsync(InformerOptions? options = null)
    {
        _cache.Add(Type, options ?? InformerOptions.All);
        _cache.OnChange(Type, _changes.Enqueue);
        _cache.Start();
        await Eventually.HoldsAsync(() => _cache.HasSynced, "synced", _clock, TimeSpan.FromSeconds(1));
    }

    private List<string> Names() => [.. _cache.List(Type, null).Select(o => o.Name).Order()];

    private Task SeesAsync(params string[] names) =>
        Eventually.HoldsAsync(() => Names().SequenceEqual(names), $"the cache shows {string.Join(", ", names)}", _clock);
}
