using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>An update that is made as a whole behind a preview, and switched to.</summary>
public sealed class BlueGreenStories
{
    private const string ByHand = """
        replicas: 3
        strategy:
          blueGreen:
            activeService: active
            previewService: preview
            autoPromotionEnabled: false
            scaleDownDelaySeconds: 60
        """;

    private const string AfterAWhile = """
        replicas: 3
        strategy:
          blueGreen:
            activeService: active
            autoPromotionSeconds: 40
        """;

    private const string AnalysedAfterwards = """
        replicas: 2
        strategy:
          blueGreen:
            activeService: active
            postPromotionAnalysis: { templates: [{ templateName: success-rate }] }
        """;

    [Fact]
    public void BlueGreen_ByHand_SwitchesWhenToldToAndKeepsTheOldPodsForAMinute() => Story
        .GivenRollout(ByHand).ThenService("active", "v1").ThenService("preview", "v1")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenService("active", "v1").ThenService("preview", "v2").ThenPods("v1", 3).ThenPods("v2", 3)
        .WhenUserPromotes()
        .WhenPhaseIs("Healthy").ThenService("active", "v2").ThenStable("v2").ThenPods("v1", 3)
        .WhenNothingMoves().ThenPods("v1", 0);

    [Fact]
    public void BlueGreen_VersionNeverReady_IsNeverSwitchedTo()
    {
        var story = Story.GivenRollout(AfterAWhile).WhenUserApplies("v2", PodBehaviour.Broken).WhenSecondsPass(1200);

        Assert.Equal(["v1"], story.WhereServiceLed("active"));
        story.ThenPods("v1", 3).ThenStable("v1");
    }

    /// <summary>
    /// As seeds 3650, 5848, 6387, 7573 and 12365 found it: a leader that does not know yet that it is none shrank the
    /// preview that the next one had made active, and in seed 3833 gave traffic back to a version without pods.
    /// </summary>
    [Fact]
    public void BlueGreen_AnotherControllerLeads_TheOneBeforeWritesNoMore()
    {
        var story = Story.GivenRollout(AfterAWhile).WhenUserApplies("v2").WhenSecondsPass(1);
        var before = story.World.Leader;
        var (writes, passes) = (before.Writes, before.Reconciles);
        story.World.ChangeLeader(noticesAfter: TimeSpan.FromMinutes(5));

        story.WhenPhaseIs("Healthy").ThenService("active", "v2").ThenStable("v2");
        Assert.True(before.Reconciles > passes, story.Told("the one before did not even look"));
        Assert.Equal(writes, before.Writes);
    }

    [Fact]
    public void BlueGreen_AllPreviewPodsVanishAsItsTimeComes_WaitsForThemWithoutSpinning()
    {
        var story = Story.GivenRollout(AfterAWhile).WhenUserApplies("v2", PodBehaviour.Broken);
        var passes = story.World.Passes;

        story.WhenSecondsPass(120).WhenStatusIsPatched("pauseConditions: [{ reason: BlueGreenPause, startTime: \"2026-01-01T00:00:00Z\" }]").WhenSecondsPass(60);

        Assert.True(story.World.Passes - passes < 200, story.Told($"{story.World.Passes - passes} passes in three minutes"));
    }

    [Fact]
    public void BlueGreen_AnalysisAfterTheSwitchIsInconclusive_RestsUntilSomebodyDecides()
    {
        var story = Story.GivenNewRollout(AnalysedAfterwards).GivenAnalysisTemplate("success-rate", failureCondition: "result[0] < 0.9").FromItsHealthyDays()
            .GivenMetrics(MetricAnswer.Doubtful)
            .WhenUserApplies("v2")
            .WhenPhaseIs("Paused").ThenService("active", "v2").ThenStable("v1");
        var writes = story.World.Writes;

        story.WhenSecondsPass(600).ThenPhase("Paused");

        Assert.True(story.World.Writes - writes < 10, story.Told($"{story.World.Writes - writes} writes in ten minutes"));
        story.GivenMetrics(MetricAnswer.Good).WhenUserPromotes().WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2");
    }

    [Fact]
    public void Abort_AfterPromoteFull_GoesBack() => Story
        .GivenRollout(ByHand)
        .WhenUserApplies("v2", PodBehaviour.Slow)
        .WhenSecondsPass(5)
        .WhenUserPromotesFully()
        .WhenSecondsPass(5)
        .WhenUserAborts()
        .WhenNothingMoves().ThenPhase("Degraded").ThenStable("v1").ThenService("active", "v1").ThenPods("v1", 3);

    [Fact]
    public void BlueGreen_FirstVersionNeverHealthy_TheFixIsSwitchedTo() => Story
        .GivenNewRollout(AfterAWhile, PodBehaviour.Broken)
        .WhenSecondsPass(700)
        .WhenUserApplies("v2")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenService("active", "v2").ThenPods("v2", 3).ThenPods("v1", 0);
}
