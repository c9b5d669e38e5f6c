using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Simulation.Scenarios;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>A user who wants it done differently while it is being done: other steps, another strategy, fewer steps.</summary>
public sealed class ChangeOfPlanStories
{
    private const string Canary = """
        replicas: 4
        strategy:
          canary:
            maxSurge: 1
            maxUnavailable: 0
            canaryService: canary
            stableService: stable
            steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }]
        """;

    private const string WithoutSteps = """
        replicas: 4
        strategy: { canary: { maxSurge: 1, maxUnavailable: 1, canaryService: canary, stableService: stable } }
        """;

    private const string BlueGreen = """
        replicas: 3
        strategy: { blueGreen: { activeService: stable, previewService: canary, autoPromotionEnabled: false, scaleDownDelaySeconds: 10 } }
        """;

    [Fact]
    public void Steps_EditedInTheMiddle_AreGoneThroughFromTheFirst() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").WhenUserPromotes()
        .WhenPhaseIs("Paused").ThenStep(3).ThenPods("v2", 2)
        .WhenUserAppliesStrategy("canary: { maxSurge: 1, maxUnavailable: 0, canaryService: canary, stableService: stable, steps: [{ setWeight: 75 }, { pause: {} }] }")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 3).ThenPods("v1", 1)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2");

    [Fact]
    public void Steps_EditedAtRest_RollNothing() => Story
        .GivenRollout(Canary)
        .WhenUserAppliesStrategy("canary: { maxSurge: 1, maxUnavailable: 0, canaryService: canary, stableService: stable, steps: [{ pause: {} }] }")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStep(1).ThenPods("v1", 4)
        .ThenAlways("all pods serve", v => v.Serving == 4);

    [Fact]
    public void Strategy_CanaryToBlueGreenInTheMiddle_TheNewVersionBecomesThePreview() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenPods("v2", 1)
        .WhenUserAppliesStrategy("blueGreen: { activeService: stable, previewService: canary, autoPromotionEnabled: false }")
        .WhenPhaseIs("Paused").ThenService("stable", "v1").ThenService("canary", "v2").ThenPods("v1", 4).ThenPods("v2", 4)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenService("stable", "v2").ThenPods("v1", 0)
        .ThenAlways("four pods serve", v => v.Serving >= 4 || v.Rollout.StableHash == v.Rollout.CurrentHash);

    /// <summary>As seed 218339 had it: a Service that leads to all pods makes blue-green take a new version for stable, and then routes come again.</summary>
    [Fact]
    public void Strategy_RoutesComeWhileTheStableVersionHasNoPodsYet_ItsServiceLeadsToThoseThatServe()
    {
        const string Routed = "canary: { canaryService: canary, stableService: stable, trafficRouting: { istio: { virtualService: { name: web } } }, steps: [{ pause: {} }, { setWeight: 50 }] }";
        var story = Story.GivenRollout($"replicas: 3\nstrategy: {{ {Routed} }}");
        foreach (var service in new[] { "active", "preview" })
            RolloutScenario.Create(story.World.Server, ResourceTypes.Services, service, new JsonObject { ["selector"] = new JsonObject { ["app"] = "web" } });

        story.WhenUserApplies("v2", PodBehaviour.Slow)
            .WhenPhaseIs("Paused").ThenTraffic("v1", 100)
            .WhenUserAppliesStrategy("blueGreen: { activeService: active, previewService: preview }")
            .WhenSecondsPass(5).ThenStable("v2")
            .WhenUserAppliesStrategy(Routed).WhenUserApplies("v3")
            .WhenPhaseIs("Paused").ThenTraffic("v2", 100);
        Assert.Equal("", story.World.View()!.ServiceLeadsTo("stable"));
        story.WhenUserPromotes()
            .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenService("stable", "v3")
            .ThenAlways("three pods serve", v => v.ReplicaSets.Sum(r => r.KnownAvailable) >= 3);
    }

    /// <summary>As seed 237518 found it: a deadline that blue-green had set on old pods switched the progress deadline off for ever.</summary>
    [Fact]
    public void Strategy_BlueGreenToCanary_ADeadlineOfOldPodsIsForgotten_AndTheFixGoesItsWay_BC16()
    {
        var story = Story.GivenRollout("replicas: 1\nprogressDeadlineSeconds: 48\nstrategy: { canary: { maxSurge: 1, maxUnavailable: 0 } }");
        foreach (var service in new[] { "active", "preview" })
            RolloutScenario.Create(story.World.Server, ResourceTypes.Services, service, new JsonObject { ["selector"] = new JsonObject { ["app"] = "web" } });

        story.WhenUserAppliesStrategy("blueGreen: { activeService: active, previewService: preview }")
            .WhenUserApplies("v2", PodBehaviour.Broken)
            .WhenSecondsPass(1).ThenStable("v2").ThenPods("v1", 1)
            .WhenUserAppliesStrategy("canary: { maxSurge: 1, maxUnavailable: 0, steps: [{ setWeight: 0 }, { setWeight: 50 }, { pause: {} }] }")
            .WhenUserApplies("v3")
            .WhenSecondsPass(120)
            .WhenPhaseIs("Paused").WhenUserPromotes()
            .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenPods("v1", 0).ThenPods("v2", 0);
    }

    [Fact]
    public void Strategy_BlueGreenToCanaryInTheMiddle_TheNewVersionBecomesTheCanary() => Story
        .GivenRollout(BlueGreen)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenPods("v2", 3)
        .WhenUserAppliesStrategy("canary: { maxSurge: 1, maxUnavailable: 0, canaryService: canary, stableService: stable, steps: [{ setWeight: 34 }, { pause: {} }] }")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1).ThenPods("v1", 2).ThenService("stable", "v1").ThenService("canary", "v2")
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2")
        .ThenAlways("three pods serve", v => v.Serving >= 3);

    [Fact]
    public void Strategy_RoutesComeWhenTheOldPodsAreNearlyGone_NobodyIsSentBackToThem()
    {
        var story = Story.GivenRollout(WithoutSteps).WhenUserApplies("v2", PodBehaviour.Slow);
        while (story.World.View() is { } view && view.Of(story.HashOf("v1"))!.Wanted > 0)
            story.WhenSecondsPass(1);

        story.WhenUserAppliesStrategy("canary: { canaryService: canary, stableService: stable, trafficRouting: { istio: { virtualService: { name: web } } }, steps: [{ setWeight: 20 }, { pause: {} }] }")
            .WhenPhaseIs("Paused").ThenTraffic("v2", 20).ThenTraffic("v1", 80).ThenPods("v1", 4);
    }

    [Fact]
    public void Promote_SkippingAStepThatWaits_GoesOnWithTheNext() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1)
        .WhenUserSkipsAStep()
        .WhenPhaseIs("Paused").ThenStep(3).ThenPods("v2", 2);

    [Fact]
    public void Promote_SkippingAllSteps_GoesToTheEndWithinItsLimits() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1)
        .WhenUserSkipsAllSteps()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 4).ThenPods("v1", 0)
        .ThenAlways("four pods serve, of five", v => v.Serving >= 4 && v.Wanted <= 5);
}
