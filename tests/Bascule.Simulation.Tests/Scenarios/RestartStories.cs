using Bascule.Api.Json;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>Pods that a user wants replaced (RST rows): how many are away at a time is judged at every eviction.</summary>
public sealed class RestartStories
{
    private const string Canary = """
        replicas: 4
        strategy: { canary: { maxSurge: 1, maxUnavailable: 1, steps: [{ setWeight: 25 }, { pause: {} }] } }
        """;

    private const string BlueGreen = """
        replicas: 3
        strategy: { blueGreen: { activeService: active, autoPromotionEnabled: false } }
        """;

    private const string Routed = """
        replicas: 4
        progressDeadlineSeconds: 60
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            scaleDownDelaySeconds: 60
            trafficRouting: { istio: { virtualService: { name: web } } }
        """;

    [Theory]
    [InlineData(Canary)]
    [InlineData(BlueGreen)]
    public void Restart_AtRest_ReplacesEveryPod_RST2_RST6(string spec)
    {
        var story = Story.GivenRollout(spec).WhenSecondsPass(60);

        AllAreReplaced(story, at: story.World.Time.GetUtcNow());
    }

    [Fact]
    public void Restart_AtAPause_ReplacesThePodsOfBothVersions_RST5()
    {
        var story = Story.GivenRollout(Canary).WhenUserApplies("v2").WhenPhaseIs("Paused").WhenSecondsPass(60);

        AllAreReplaced(story, at: story.World.Time.GetUtcNow()).ThenPods("v2", 1).ThenPods("v1", 3).ThenStep(1);
    }

    [Fact]
    public void Restart_InTenMinutes_HappensThen_RST1()
    {
        var story = Story.GivenRollout(Canary);

        AllAreReplaced(story, at: story.World.Time.GetUtcNow().AddMinutes(10));

        Assert.True(story.World.Time.Elapsed > TimeSpan.FromMinutes(10));
    }

    /// <summary>As seeds 50916 and 52285 found it: whoever waits for that time was taken for one who waits for the deadline.</summary>
    [Fact]
    public void Restart_WhenTheDeadlineWouldBe_IsNotForgotten_RST1()
    {
        var story = Story.GivenRollout(Canary + "\nprogressDeadlineSeconds: 60");
        story.WhenUserSetsSpec($"restartAt: {story.World.Time.GetUtcNow().AddSeconds(61).ToApiTime()}").WhenSecondsPass(300).ThenPhase("Healthy");
    }

    /// <summary>As seed 242141 found it: old pods are looked after when the deadline would be, and the restart comes later.</summary>
    [Fact]
    public void Restart_LaterThanOldPodsGo_IsNotForgotten_RST1()
    {
        var story = Story.GivenRollout(Routed).WhenUserApplies("v2").WhenPhaseIs("Healthy").ThenPods("v1", 4);
        story.WhenUserSetsSpec($"restartAt: {story.World.Time.GetUtcNow().AddSeconds(90).ToApiTime()}");

        story.WhenSecondsPass(300).ThenPhase("Healthy").ThenPods("v1", 0);
    }

    [Fact]
    public void Restart_OfPodsThatComeBackSlowly_TakesOneAtATime_RST3()
    {
        var story = Story.GivenNewRollout(Canary, PodBehaviour.Slow).FromItsHealthyDays().WhenSecondsPass(60);

        AllAreReplaced(story, at: story.World.Time.GetUtcNow()).ThenAlways("three pods serve", v => v.Serving >= 3);
    }

    private static Story AllAreReplaced(Story story, DateTimeOffset at)
    {
        // The API counts in whole seconds.
        var second = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        story.WhenUserSetsSpec($"restartAt: {second.ToApiTime()}").WhenNothingMoves();

        Assert.Equal(0, story.World.Pods.OlderThan(second));
        return story;
    }
}
