using Bascule.Kube.Events;
using Bascule.Kube.Tests.Shared;

namespace Bascule.Kube.Tests.Events;

public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ObjectReference About = ObjectReference.To(ResourceTypes.ConfigMaps, Objects.Stored("x", "a", "5"));

    private readonly EventCorrelator _correlator = new("rollouts-controller", new Random(1));

    [Fact]
    public void Correlate_FirstEvent_IsTheWholeObject()
    {
        var write = Assert.IsType<EventWrite.Create>(Record("R", "m", severity: EventSeverity.Warning));

        Assert.Matches("^a\\.[0-9a-f]{16}$", write.Key.Name);
        Assert.Equal(
            $$"""{"kind":"Event","apiVersion":"v1","metadata":{"name":"{{write.Key.Name}}","namespace":"x"},"involvedObject":{"kind":"ConfigMap","namespace":"x","name":"a","uid":"u","apiVersion":"v1","resourceVersion":"5"},"reason":"R","message":"m","source":{"component":"rollouts-controller"},"firstTimestamp":"2026-01-02T03:04:05Z","lastTimestamp":"2026-01-02T03:04:05Z","count":1,"type":"Warning","reportingComponent":"rollouts-controller","reportingInstance":""}""",
            write.Body.ToJsonString());
    }

    [Fact]
    public void Correlate_SameAgain_IsCountedOnTheFirst()
    {
        var first = Record("R", "m")!;
        var second = Assert.IsType<EventWrite.Count>(Record("R", "m", Start.AddMinutes(1)));

        Assert.Equal(first.Key, second.Key);
        Assert.Equal("""{"count":2,"lastTimestamp":"2026-01-02T03:05:05Z","message":"m"}""", second.Body.ToJsonString());
    }

    [Theory]
    [InlineData("other", "m")]
    [InlineData("R", "other")]
    public void Correlate_AnotherReasonOrMessage_IsAnEventOfItsOwn(string reason, string message)
    {
        Record("R", "m");

        Assert.IsType<EventWrite.Create>(Record(reason, message));
    }

    [Fact]
    public void Correlate_ManySimilar_AreCombined()
    {
        for (var i = 0; i < EventCorrelator.MostSimilar; i++)
            Assert.IsType<EventWrite.Create>(Record("R", $"m{i}"));
        var combined = Assert.IsType<EventWrite.Create>(Record("R", "one more"));
        var again = Assert.IsType<EventWrite.Count>(Record("R", "and more"));

        Assert.Equal("(combined from similar events): one more", combined.Body["message"]!.ToString());
        Assert.Equal(combined.Key, again.Key);
        Assert.Equal("(combined from similar events): and more", again.Body["message"]!.ToString());
        Assert.Equal("later", Record("R", "later", Start + EventCorrelator.SimilarWindow + TimeSpan.FromSeconds(1))!.Body["message"]!.ToString());
    }

    [Fact]
    public void Correlate_ObjectThatNeverStops_IsHeardLessOften()
    {
        var written = Enumerable.Range(0, 100).Count(_ => Record("R", "m") is not null);

        Assert.Equal(EventCorrelator.Burst, written);
        Assert.Null(Record("R", "m", Start + EventCorrelator.Refill / 2));
        Assert.NotNull(Record("R", "m", Start + EventCorrelator.Refill));
        Assert.NotNull(_correlator.Correlate(new KubeEvent(About with { Uid = "another" }, EventSeverity.Normal, "R", "m"), Start));
    }

    [Fact]
    public void Correlate_ClockSetBack_NeitherGivesNorTakes()
    {
        for (var i = 0; i < EventCorrelator.Burst; i++)
            Record("R", "m");

        Assert.Null(Record("R", "m", Start.AddYears(-1)));
        Assert.NotNull(Record("R", "m", Start.AddYears(-1) + EventCorrelator.Refill));
    }

    [Fact]
    public void Correlate_LongNamesAndMessages_AreCutToWhatTheApiTakes()
    {
        var about = About with { Key = new ObjectKey(null, new string('n', 253)) };
        var write = _correlator.Correlate(new KubeEvent(about, EventSeverity.Normal, "R", new string('m', 5000)), Start)!;

        Assert.Equal(253, write.Key.Name.Length);
        Assert.Equal("default", write.Key.Namespace);
        Assert.Equal(1024, write.Body["message"]!.ToString().Length);
    }

    private EventWrite? Record(string reason, string message, DateTimeOffset? at = null, EventSeverity severity = EventSeverity.Normal) =>
        _correlator.Correlate(new KubeEvent(About, severity, reason, message), at ?? Start);
}
