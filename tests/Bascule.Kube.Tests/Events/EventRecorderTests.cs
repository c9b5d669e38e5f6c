using System.Net;
using Bascule.Kube.Events;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Events;

public sealed class EventRecorderTests
{
    private static readonly ObjectReference About = ObjectReference.To(ResourceTypes.ConfigMaps, Objects.Stored("default", "a", "5"));

    private readonly FakeTimeProvider _clock = new();
    private readonly DirectClient _server;
    private readonly TestClient _client;

    public EventRecorderTests()
    {
        _server = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");
        _client = new TestClient(_server);
    }

    [Fact]
    public async Task Record_Repeated_IsOneEventWithACount()
    {
        await using (var recorder = Recorder())
        {
            for (var i = 0; i < 3; i++)
                recorder.Record(new KubeEvent(About, EventSeverity.Normal, "R", "m"));
        }

        var stored = Assert.Single(await EventsAsync());
        Assert.Equal(3, stored.Root.GetProperty("count").GetInt32());
        Assert.Equal("a", stored.Root.GetProperty("involvedObject").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Record_CountedEventHasExpired_IsToldAfresh()
    {
        await using var recorder = Recorder();
        recorder.Record(new KubeEvent(About, EventSeverity.Normal, "R", "m"));
        // A write is counted when it begins, and stored a moment later.
        await Eventually.HoldsAsync(async () => (await EventsAsync()).Count == 1, "the first event is stored");
        var first = Assert.Single(await EventsAsync());
        await _server.DeleteAsync(ResourceTypes.Events, first.Key, DeleteOptions.Default, CancellationToken.None);
        recorder.Record(new KubeEvent(About, EventSeverity.Normal, "R", "m"));
        await recorder.DisposeAsync();

        Assert.Equal(1, Assert.Single(await EventsAsync()).Root.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Record_ServerRefuses_GoesOnWithTheNext()
    {
        _client.Refuse = _ => _client.Writes == 1 ? new KubeException(HttpStatusCode.Forbidden, "Forbidden", "no") : null;
        await using (var recorder = Recorder())
        {
            recorder.Record(new KubeEvent(About, EventSeverity.Normal, "Refused", "m"));
            recorder.Record(new KubeEvent(About, EventSeverity.Normal, "Taken", "m"));
        }

        Assert.Equal("Taken", Assert.Single(await EventsAsync()).Root.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Record_ServerHangs_NeitherWaitsNorGrowsForever()
    {
        _client.Hold = token => Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
        var recorder = Recorder();
        for (var i = 0; i < 2000; i++)
            recorder.Record(new KubeEvent(About, EventSeverity.Normal, "R", $"{i}"));
        Assert.InRange(recorder.Dropped, 998, 1000);

        var ending = recorder.DisposeAsync().AsTask();
        await Eventually.HoldsAsync(() => ending.IsCompleted, "the recorder ended", _clock, TimeSpan.FromSeconds(1));
    }

    private EventRecorder Recorder() => new(_client, "rollouts-controller", _clock, new Random(1), NullLogger<EventRecorder>.Instance);

    private async Task<IReadOnlyList<KubeObject>> EventsAsync() => (await _server.ListAsync(ResourceTypes.Events, null, ListOptions.All, CancellationToken.None)).Items;
}
