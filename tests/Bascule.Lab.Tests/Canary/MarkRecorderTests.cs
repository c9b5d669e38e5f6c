using Bascule.Lab.Canary;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Tests.Canary;

public sealed class MarkRecorderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly MarkRecorder _recorder = new();

    [Fact]
    public void Observe_BeforeAnythingWasApplied_NotesNothing() =>
        Assert.Empty(_recorder.Observe(TestLooks.Settled(1, "v1hash"), Second));

    [Fact]
    public void Observe_ControllerHasNotReacted_TakesTheOldHealthForNothing()
    {
        Apply();

        Assert.Empty(_recorder.Observe(TestLooks.Settled(1, "v1hash"), Second));
        Assert.Empty(_recorder.Observe(TestLooks.Unobserved(2), Second));
        Assert.False(_recorder.IsPromoted);
    }

    [Fact]
    public void Observe_GoodCanary_NotesWeightsMeasurementsAndPromotion()
    {
        Apply();

        _recorder.Observe(TestLooks.Updating(2, 1), Second);
        _recorder.Observe(TestLooks.Updating(2, 1), 2 * Second);
        _recorder.Observe(TestLooks.Updating(2, 3, abort: false, TestLooks.Run("run", "Running", ("Successful", "[1]"))), 3 * Second);
        _recorder.Observe(TestLooks.Updating(2, 3, abort: false, TestLooks.Run("run", "Running", ("Successful", "[1]"), ("Successful", "[0.9987654]"))), 4 * Second);
        _recorder.Observe(TestLooks.Settled(2, "v2hash"), 5 * Second);

        Assert.Equal(
            [
                (0, MarkKind.Applied, "v2.0.0 applied"),
                (1, MarkKind.Weight, "The rollout asks for 20 % of traffic"),
                (3, MarkKind.GoodMeasurement, "success-rate = 1"),
                (3, MarkKind.Weight, "The rollout asks for 40 % of traffic"),
                (4, MarkKind.GoodMeasurement, "success-rate = 0.999"),
                (5, MarkKind.Weight, "The rollout asks for 100 % of traffic"),
                (5, MarkKind.Promoted, "The new version is the stable one"),
            ],
            _recorder.Marks.Select(m => ((int)m.At.TotalSeconds, m.Kind, m.Text)));
        Assert.True(_recorder.IsPromoted);
        Assert.False(_recorder.IsAborted);
    }

    [Fact]
    public void Observe_BadCanary_NotesTheFailureOnceAndTheWeightGone()
    {
        Apply();

        _recorder.Observe(TestLooks.Updating(2, 3, abort: false, TestLooks.Run("run", "Running", ("Failed", "[0.88]"))), Second);
        _recorder.Observe(TestLooks.Updating(2, 3, abort: false, TestLooks.Run("run", "Failed", ("Failed", "[0.88]"), ("Failed", "[0.87]"))), 2 * Second);
        _recorder.Observe(TestLooks.Updating(2, 0, abort: true, TestLooks.Run("run", "Failed", ("Failed", "[0.88]"), ("Failed", "[0.87]"))), 3 * Second);

        Assert.Equal(
            [MarkKind.Applied, MarkKind.BadMeasurement, MarkKind.Weight, MarkKind.BadMeasurement, MarkKind.AnalysisFailed, MarkKind.Weight],
            _recorder.Marks.Select(m => m.Kind));
        Assert.Equal("success-rate = 0.88, asked for result[0] >= 0.95", _recorder.Marks[1].Text);
        Assert.Equal("The analysis failed: too many failures", _recorder.Marks[4].Text);
        Assert.Equal(0, _recorder.Marks[5].Weight);
        Assert.Equal(2 * Second, _recorder.AnalysisFailedAt);
        Assert.True(_recorder.IsAborted);
        Assert.False(_recorder.IsPromoted);
    }

    [Fact]
    public void Observe_RunOfTheFormerUpdate_IsNotCounted()
    {
        var old = TestLooks.Run("old", "Failed", ("Failed", "[0]"));
        _recorder.Applied(TimeSpan.Zero, "v2.0.0", 2, TestLooks.Updating(1, 3, abort: false, old));

        _recorder.Observe(TestLooks.Updating(2, 1, abort: false, old), Second);

        Assert.DoesNotContain(_recorder.Marks, m => m.Kind is MarkKind.BadMeasurement or MarkKind.AnalysisFailed);
    }

    [Fact]
    public void Observe_AbortedByAUser_SaysSo()
    {
        Apply();

        _recorder.Observe(TestLooks.Updating(2, 3), Second);
        _recorder.Observe(TestLooks.Updating(2, 0, abort: true), 2 * Second);

        Assert.Contains(_recorder.Marks, m => m.Kind == MarkKind.Aborted);
        Assert.Null(_recorder.AnalysisFailedAt);
    }

    private void Apply() => _recorder.Applied(TimeSpan.Zero, "v2.0.0", 2, TestLooks.Settled(1, "v1hash"));
}
