namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>Somebody scales through the scale subresource while versions change, as an autoscaler does.</summary>
public sealed class AutoscalerStories
{
    private const string Canary = """
        replicas: 4
        strategy: { canary: { maxSurge: 2, maxUnavailable: 0, steps: [{ setWeight: 25 }, { pause: {} }] } }
        """;

    private const string Routed = """
        replicas: 4
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 50 }, { pause: {} }]
        """;

    private const string BlueGreen = """
        replicas: 2
        strategy: { blueGreen: { activeService: active, autoPromotionEnabled: false } }
        """;

    [Fact]
    public void Canary_ScaledAtAPause_BothVersionsFollow() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenPods("v2", 1).ThenPods("v1", 3)
        .WhenScaled(8).WhenSecondsPass(60).ThenPods("v2", 2).ThenPods("v1", 6).ThenStep(1)
        .WhenScaled(4).WhenSecondsPass(60).ThenPods("v2", 1).ThenPods("v1", 3).ThenStep(1);

    [Fact]
    public void RoutedCanary_ScaledAgainAndAgainDuringAnUpdate_EverybodyIsServedAndItEndsWell()
    {
        var story = Story.GivenRollout(Routed).WhenUserApplies("v2");
        foreach (var replicas in new[] { 7, 3, 9, 1, 6, 2, 8 })
            story.WhenScaled(replicas).WhenSecondsPass(3);

        story.WhenPhaseIs("Paused").ThenTraffic("v2", 50).ThenPods("v2", 4).ThenPods("v1", 8)
            .WhenUserPromotes()
            .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 8)
            .ThenAlways("whoever gets traffic has pods", v => v.ReplicaSets.All(r => v.WeightOf(r.Hash) == 0 || r.Wanted > 0));
    }

    [Fact]
    public void BlueGreen_ScaledBeforeItsSwitch_IsSwitchedToAtItsNewSize() => Story
        .GivenRollout(BlueGreen)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused")
        .WhenScaled(6).WhenUserPromotes()
        .WhenPhaseIs("Healthy").ThenService("active", "v2").ThenPods("v2", 6)
        .ThenAlways("the active version has all of its pods when it becomes so", v => v.ServiceLeadsTo("active") != v.Rollout.CurrentHash || v.Of(v.Rollout.CurrentHash)!.Serving >= Math.Min(6, v.Rollout.Replicas));
}
