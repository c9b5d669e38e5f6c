using Bascule.Lab.Load;

namespace Bascule.Lab.Tests.Load;

public sealed class DowntimeMeterTests
{
    /// <summary>Each letter is a request, one every 50 ms, two in a slot of 100 ms: <c>g</c> good, <c>f</c> failed, <c>-</c> none due.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData("gggggg", 0)]
    [InlineData("ffffff", 300)]
    [InlineData("gfgfgf", 0)]
    [InlineData("ggffgg", 100)]
    [InlineData("gffffg", 100)]
    [InlineData("ff--ff", 200)]
    public void Total_IsTheSlotsWithFailuresOnly(string requests, int milliseconds)
    {
        var forwards = new DowntimeMeter(TimeSpan.FromMilliseconds(100));
        var backwards = new DowntimeMeter(TimeSpan.FromMilliseconds(100));

        for (var i = 0; i < requests.Length; i++)
            Count(forwards, i);
        for (var i = requests.Length - 1; i >= 0; i--)
            Count(backwards, i);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), forwards.Total);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), backwards.Total);

        void Count(DowntimeMeter meter, int i)
        {
            if (requests[i] != '-')
                meter.Count(TimeSpan.FromMilliseconds(50 * i), requests[i] == 'g');
        }
    }

    [Theory]
    [InlineData(1000, 100)]
    [InlineData(100, 100)]
    [InlineData(10, 1000)]
    [InlineData(1, 10_000)]
    public void SlotFor_HoldsTenRequests_AndIsNoShorterThanATenthOfASecond(double rate, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DowntimeMeter.SlotFor(rate));

    [Fact]
    public void Recorder_TellsUnansweredFromAnsweredWithAnError()
    {
        var recorder = new TrafficRecorder();
        Ended(0.0, "v1.0.0", null);
        Ended(0.5, "v2.0.0", FailureKind.Status);
        Ended(1.2, "", FailureKind.Refused);
        Ended(0.7, "", FailureKind.Reset);

        var snapshot = recorder.Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(2));

        Assert.Equal([(2, 1), (1, 1), (0, 0)], snapshot.Seconds.Select(s => (s.Failed, s.Unanswered)));
        Assert.Equal(TimeSpan.FromMilliseconds(300), snapshot.Downtime);
        Assert.Equal(TimeSpan.FromSeconds(1.2), snapshot.LastFailedAt);
        Assert.Equal(1, snapshot.Of("v2.0.0").Failed);
        Assert.Equal(0, snapshot.Of("v3.0.0").Answers);

        void Ended(double due, string version, FailureKind? failure)
        {
            recorder.Begun();
            recorder.Ended(new RequestOutcome(TimeSpan.FromSeconds(due), TimeSpan.Zero, version, failure, ""));
        }
    }
}
