using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>A canary whose traffic routes share out, not its pods.</summary>
public sealed class RoutedCanaryStories
{
    private const string ThreeSteps = """
        replicas: 4
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps:
            - setWeight: 25
            - pause: {}
            - setWeight: 75
            - pause: { duration: 60s }
        """;

    private const string NoDelay = """
        replicas: 4
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            abortScaleDownDelaySeconds: 0
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 50 }, { pause: {} }]
        """;

    private const string DownAgain = """
        replicas: 3
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 60 }, { setWeight: 0 }, { pause: {} }]
        """;

    private const string TwoShares = """
        replicas: 1
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 36 }, { pause: {} }, { setWeight: 68 }, { pause: {} }]
        """;

    private const string Routes = """
        replicas: 2
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } }, managedRoutes: [{ name: headers }, { name: mirror }] }
            steps:
            - setWeight: 50
            - setHeaderRoute: { name: headers, match: [{ headerName: x-canary, headerValue: { exact: "yes" } }] }
            - setMirrorRoute: { name: mirror, percentage: 20, match: [{ method: { exact: GET } }] }
            - pause: {}
        """;

    private const string RoutesFirst = """
        replicas: 0
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            dynamicStableScale: true
            trafficRouting: { istio: { virtualService: { name: web } }, managedRoutes: [{ name: headers }] }
            steps: [{ setHeaderRoute: { name: headers } }]
        """;

    private const string PingPong = """
        replicas: 3
        strategy:
          canary:
            pingPong: { pingService: ping, pongService: pong }
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 50 }, { pause: { duration: 10s } }]
        """;

    private const string Dynamic = """
        replicas: 4
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            dynamicStableScale: true
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps: [{ setWeight: 50 }, { pause: {} }, { setWeight: 100 }, { pause: {} }]
        """;

    /// <summary>As seed 15697 found it: a version that was overtaken has the traffic, and the stable one, which should take over, cannot come up.</summary>
    [Fact]
    public void Canary_StableVersionDownAndAnotherWithTheTraffic_TheFixTakesOver() => Story
        .GivenNewRollout(DownAgain.Replace("replicas: 3", "replicas: 0", StringComparison.Ordinal), PodBehaviour.Broken)
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 3")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenTraffic("v2", 60)
        .WhenUserApplies("v3")
        .WhenPhaseIs("Paused").ThenTraffic("v2", 0).ThenTraffic("v3", 60)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenPods("v2", 0);

    /// <summary>
    /// As seed 249472 found it: an abort comes between routes and their record, and gives the stable version, which has no pods
    /// at the moment, the share that the record says.
    /// </summary>
    [Fact]
    public void Canary_StableVersionDownAndAbortedBeforeTheRecord_GetsTheRecordedShare()
    {
        var story = Story.GivenNewRollout(TwoShares, PodBehaviour.Dying).WhenPhaseIs("Healthy").WhenUserApplies("v2").WhenPhaseIs("Paused").ThenTraffic("v2", 36);
        while (story.World.View()!.Of(story.HashOf("v1"))!.KnownAvailable > 0)
            story.WhenSecondsPass(0.5);
        var isAborted = false;
        story.World.Written += (_, after) =>
        {
            if (!isAborted && after.WeightOf(story.HashOf("v2")) == 68)
            {
                isAborted = true;
                story.WhenUserAborts();
            }
        };

        story.WhenUserPromotes().WhenSecondsPass(0.1).ThenTraffic("v2", 36);
        Assert.True(isAborted);
    }

    /// <summary>As seed 61508 found it: only pods of the new version could relieve the overtaken one, and the step that it stood at gave it none.</summary>
    [Fact]
    public void Canary_StableVersionDownAndAStepWithoutPods_TheFixGetsToItsPods() => Story
        .GivenNewRollout(RoutesFirst, PodBehaviour.Broken)
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 3")
        .WhenUserApplies("v2", PodBehaviour.Slow).WhenSecondsPass(1)
        .WhenUserPromotesFully().WhenSecondsPass(40).ThenTraffic("v2", 33)
        .WhenUserApplies("v3")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenPods("v2", 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PingPong_RolesDamagedByHand_AreWhatTheServicesSay(bool atRest)
    {
        var story = Story.GivenRollout(PingPong).WhenUserApplies("v2").WhenNothingMoves().ThenPhase("Healthy").ThenService("pong", "v2");
        if (!atRest)
            story.WhenUserApplies("v3").WhenSecondsPass(1);

        story.WhenStatusIsPatched("canary: { stablePingPong: ping }").WhenNothingMoves().ThenPhase("Healthy").ThenService("pong", "v2");
        if (!atRest)
            story.ThenService("ping", "v3").ThenStable("v3");
        Assert.Equal(["v2"], story.WhereServiceLed("pong").SkipWhile(v => v == "everywhere"));
    }

    /// <summary>As seed 7180 found it: the Service of the stable version leads to one that is gone, and no step could give traffic back.</summary>
    [Fact]
    public void PingPong_ServicesThatAreNewToTheRollout_LeadToTheirVersions() => Story
        .GivenRollout(ThreeSteps)
        .WhenUserAppliesStrategy("canary: { pingPong: { pingService: canary, pongService: stable }, trafficRouting: { istio: { virtualService: { name: web } } }, steps: [{ setWeight: 75 }, { setWeight: 25 }, { pause: {} }] }")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(2).ThenTraffic("v2", 25).ThenService("canary", "v2").ThenService("stable", "v1");

    /// <summary>As seed 8444 found it: a step that gives the new version less, when the stable one was promoted without pods and cannot come up.</summary>
    [Fact]
    public void Canary_StableVersionDown_AStepDownWaitsForNoPodsOfIt() => Story
        .GivenNewRollout(DownAgain.Replace("replicas: 3", "replicas: 0", StringComparison.Ordinal), PodBehaviour.Broken)
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 3")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(2).ThenTraffic("v2", 60)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 3).ThenPods("v1", 0);

    [Fact]
    public void Canary_WeightsTakeAMinuteToArrive_TheStepAndThePromotionWaitForThem_TR24()
    {
        var story = Story.GivenRollout(ThreeSteps);
        story.World.LoadBalancer.Takes = () => TimeSpan.FromMinutes(1);

        story.WhenUserApplies("v2").WhenSecondsPass(50).ThenTraffic("v2", 25).ThenStep(0).ThenPhase("Progressing");
        story.WhenPhaseIs("Paused").ThenStep(1);
        Assert.InRange(story.World.Time.Elapsed, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(90));
        story.WhenUserPromotes().WhenSecondsPass(50).ThenTraffic("v2", 75).ThenStep(2);
        story.WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenTraffic("v2", 100);
    }

    /// <summary>As seed 337578 had it: where there is no stable version, nobody waits for weights.</summary>
    [Fact]
    public void Canary_StableHashDamagedByHandWhileAWeightIsOnItsWay_TheNewVersionTakesItsPlace()
    {
        var story = Story.GivenRollout(PingPong.Replace("replicas: 3", "replicas: 0", StringComparison.Ordinal));
        story.World.LoadBalancer.Takes = () => TimeSpan.FromMinutes(1);

        story.WhenUserApplies("v2").WhenSecondsPass(20).ThenStep(0)
            .WhenStatusIsPatched("stableRS: nonsense")
            .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 0).ThenPods("v1", 0);
    }

    [Fact]
    public void Canary_GoodVersion_TrafficFollowsTheStepsAndOldPodsStayForAWhile() => Story
        .GivenRollout(ThreeSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenTraffic("v2", 25).ThenTraffic("v1", 75).ThenPods("v2", 1).ThenPods("v1", 4)
        .WhenUserPromotes()
        .WhenSecondsPass(30).ThenTraffic("v2", 75).ThenPods("v2", 3).ThenPods("v1", 4)
        .WhenPhaseIs("Healthy").ThenStable("v2").ThenTraffic("v2", 100).ThenPods("v1", 4)
        .WhenNothingMoves().ThenPods("v1", 0)
        .ThenAlways("the stable version keeps all its pods while anybody is sent to it", v => v.WeightOf(v.Rollout.StableHash) == 0 || v.Of(v.Rollout.StableHash) is { Wanted: 4 });

    [Fact]
    public void Abort_OfACanaryWithTraffic_TrafficLeavesBeforeThePods() => Story
        .GivenRollout(ThreeSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenTraffic("v2", 25)
        .WhenUserAborts()
        .WhenSecondsPass(5).ThenTraffic("v2", 0).ThenPods("v2", 1).ThenService("canary", "v1")
        .WhenNothingMoves().ThenPhase("Degraded").ThenPods("v2", 0).ThenPods("v1", 4);

    [Fact]
    public void Abort_WithoutADelay_CanaryServiceDoesNotFlap()
    {
        var story = Story
            .GivenRollout(NoDelay)
            .WhenUserApplies("v2")
            .WhenPhaseIs("Paused")
            .WhenUserAborts()
            .WhenNothingMoves().ThenPhase("Degraded").ThenTraffic("v1", 100);

        Assert.Equal(["v1", "v2", "v1"], story.WhereServiceLed("canary"));
    }

    [Fact]
    public void Canary_SecondNewVersionAfterMostOfTheTrafficMoved_NobodyIsSentToAVersionWithoutPods() => Story
        .GivenRollout(Dynamic)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").WhenUserPromotes()
        // One pod of v1 stays for as long as the stable Service leads to it.
        .WhenPhaseIs("Paused").ThenTraffic("v2", 100).ThenPods("v1", 1)
        .WhenUserApplies("v3", PodBehaviour.Slow)
        .WhenNothingMoves().ThenPhase("Paused").ThenPods("v2", 0)
        .ThenAlways("whoever gets traffic has pods", v => v.ReplicaSets.All(r => v.WeightOf(r.Hash) == 0 || r.Wanted > 0));

    [Fact]
    public void Canary_AllAvailablePodsOfTheCanaryGo_ItGetsNoMoreTraffic() => Story
        .GivenRollout(ThreeSteps)
        .WhenUserApplies("v2", PodBehaviour.Broken)
        .WhenSecondsPass(300).ThenTraffic("v2", 0).ThenTraffic("v1", 100).ThenPods("v1", 4);

    [Fact]
    public void Canary_StepLowersTheWeight_TrafficLeavesBeforeThePods() => Story
        .GivenRollout(DownAgain)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(2).ThenTraffic("v2", 0).ThenPods("v2", 0)
        .ThenAlways("whoever gets traffic has pods", v => v.ReplicaSets.All(r => v.WeightOf(r.Hash) == 0 || r.Wanted > 0));

    [Fact]
    public void Canary_OnlyRoutesChangeInAStep_TheNextStepFollows() => Story
        .GivenRollout(Routes)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(3).ThenTraffic("v2", 50);

    [Fact]
    public void PingPong_TwoUpdates_RolesAlternateAndOldPodsGo() => Story
        .GivenRollout(PingPong).ThenService("ping", "v1")
        .WhenUserApplies("v2")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenService("pong", "v2").ThenPods("v1", 0)
        .WhenUserApplies("v3")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenService("ping", "v3").ThenPods("v2", 0);
}
