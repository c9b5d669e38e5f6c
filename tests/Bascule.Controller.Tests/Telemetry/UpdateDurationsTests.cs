using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Telemetry;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class UpdateDurationsTests
{
    private static readonly RolloutDuration Begun = new() { RolloutStartedAt = TestObjects.Epoch, TotalManualPauseDurationSeconds = 10 };
    private static readonly RolloutDuration Ended = Begun with { FinishedAt = TestObjects.Epoch.AddSeconds(100), CompletionStatus = "Promoted" };

    [Fact]
    public void Update_ThatEnds_IsCountedInAllThree_PM10to13()
    {
        var lines = Noted((Begun, Ended));

        Assert.Contains("""rollout_duration_seconds_bucket{status="Promoted",le="60"} 0""", lines);
        Assert.Contains("""rollout_duration_seconds_bucket{status="Promoted",le="120"} 1""", lines);
        Assert.Contains("""rollout_duration_seconds_sum{status="Promoted"} 100""", lines);
        Assert.Contains("""rollout_progression_duration_seconds_sum{status="Promoted"} 90""", lines);
        Assert.Contains("""rollout_manual_pause_duration_seconds_sum{status="Promoted"} 10""", lines);
    }

    [Fact]
    public void Update_ThatAnotherTakesThePlaceOf_EndsWhenThatBegins_PM13()
    {
        var paused = Begun with { ManualPauseStartedAt = TestObjects.Epoch.AddSeconds(30) };
        var lines = Noted((paused, new RolloutDuration { RolloutStartedAt = TestObjects.Epoch.AddSeconds(50) }));

        Assert.Contains("""rollout_duration_seconds_sum{status="Superseded"} 50""", lines);
        Assert.Contains("""rollout_manual_pause_duration_seconds_sum{status="Superseded"} 30""", lines);
    }

    [Fact]
    public async Task Updates_OfARollout_AreCountedAsItsStatusRecordsThem_VER1()
    {
        var cluster = await TestCluster.WithRolloutAsync("""[ { "setWeight": 20 }, { "pause": {} } ]""");
        var durations = new UpdateDurations();
        await SettleAsync();
        await cluster.SetImageAsync("web:2");
        await SettleAsync();
        cluster.Time.Advance(TimeSpan.FromSeconds(40));
        await cluster.SetImageAsync("web:3");
        await SettleAsync();
        cluster.Time.Advance(TimeSpan.FromSeconds(20));
        await cluster.SendAsync(RolloutActions.Abort());
        await SettleAsync();

        var lines = TestScrape.Of(durations.Write);
        Assert.Contains("""rollout_duration_seconds_sum{status="Promoted"} 0""", lines);
        Assert.Contains("""rollout_manual_pause_duration_seconds_sum{status="Superseded"} 40""", lines);
        Assert.Contains("""rollout_duration_seconds_sum{status="Aborted"} 20""", lines);
        Assert.Equal(3, lines.Count(l => l.StartsWith("rollout_duration_seconds_sum", StringComparison.Ordinal)));

        async Task SettleAsync()
        {
            var before = cluster.Rollout.Status.Duration;
            await cluster.SettleAsync();
            durations.Note(before, cluster.Rollout.Status.Duration);
        }
    }

    [Fact]
    public void NothingThatEnds_IsNotCounted() => Assert.Empty(Noted(
        (null, null),
        (null, Begun),
        (Begun, Begun with { ManualPauseStartedAt = TestObjects.Epoch }),
        (Begun, Begun with { CompletionStatus = "FastPromoted" }),
        (Ended, Ended),
        (Ended, new RolloutDuration { RolloutStartedAt = TestObjects.Epoch.AddSeconds(200) })));

    private static IReadOnlyList<string> Noted(params (RolloutDuration? Before, RolloutDuration? After)[] changes)
    {
        var durations = new UpdateDurations();
        foreach (var (before, after) in changes)
            durations.Note(before, after);
        return TestScrape.Of(durations.Write);
    }
}
