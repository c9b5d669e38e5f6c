using Bascule.Simulation.Faults;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>A canary that shares out traffic by counting pods.</summary>
public sealed class BasicCanaryStories
{
    private const string FiveSteps = """
        replicas: 5
        strategy:
          canary:
            maxSurge: 1
            maxUnavailable: 0
            canaryService: canary
            stableService: stable
            steps:
            - setWeight: 20
            - pause: {}
            - setWeight: 40
            - pause: { duration: 30s }
            - setWeight: 80
        """;

    [Fact]
    public void Canary_GoodVersion_GoesThroughItsStepsToTheEnd() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1).ThenPods("v1", 4).ThenService("canary", "v2").ThenService("stable", "v1")
        .WhenUserPromotes()
        .WhenPhaseIs("Paused").ThenStep(3).ThenPods("v2", 2).ThenPods("v1", 3)
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 5).ThenPods("v1", 0).ThenService("stable", "v2");

    [Fact]
    public void Canary_VersionNeverReady_StaysAtItsFirstStepAndLosesNoCapacity() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2", PodBehaviour.Broken)
        .WhenSecondsPass(1200).ThenStep(0).ThenPods("v1", 5).ThenPods("v2", 1).ThenPhase("Degraded").ThenStable("v1")
        .ThenAlways("five pods serve", v => v.Serving >= 5);

    [Fact]
    public void Canary_FirstVersionNeverHealthy_TheFixGoesItsWay() => Story
        .GivenNewRollout(FiveSteps, PodBehaviour.Broken)
        .WhenSecondsPass(60)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 5).ThenPods("v1", 0);

    /// <summary>As seed 199870 found it: the one pod that may go was looked for where Services lead to, which must not lose it.</summary>
    [Fact]
    public void Canary_OvertakenWhileServicesLeadToTheVersionBetween_TheOldestMakesRoom_BC14() => Story
        .GivenRollout("""
            replicas: 3
            strategy: { canary: { maxSurge: 0, maxUnavailable: 1, canaryService: canary, stableService: stable, steps: [{ setWeight: 100 }, { pause: {} }] } }
            """)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenPods("v1", 0).ThenPods("v2", 3).ThenService("stable", "v2")
        .WhenUserApplies("v3", PodBehaviour.Slow).WhenSecondsPass(1)
        .WhenUserSetsSpec("paused: true").WhenSecondsPass(600)
        .ThenPods("v2", 2).ThenPods("v3", 1).ThenService("stable", "v3").ThenService("canary", "v3")
        .WhenUserSetsSpec("paused: false").WhenUserApplies("v4")
        .WhenSecondsPass(600).ThenPhase("Paused").ThenPods("v4", 3).ThenPods("v2", 0).ThenPods("v3", 0)
        .ThenAlways("two pods serve", v => v.Serving >= 2);

    /// <summary>As seeds 11361 and 14281 found it: the stable version was promoted without pods, and cannot come up.</summary>
    [Theory]
    [InlineData(28, 66)]
    [InlineData(60, 78)]
    public void Canary_StableVersionDownAndAnotherServing_TheFixGoesItsWay_BC11(int first, int second) => Story
        .GivenNewRollout($$"""
            replicas: 0
            strategy: { canary: { maxSurge: 1, maxUnavailable: 0, canaryService: canary, steps: [{ setWeight: {{first}} }, { pause: {} }, { setWeight: {{second}} }] } }
            """, PodBehaviour.Broken)
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 4")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStable("v1")
        .WhenUserApplies("v3")
        .WhenPhaseIs("Paused").ThenStep(1)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3").ThenPods("v3", 4).ThenPods("v2", 0).ThenPods("v1", 0);

    [Fact]
    public void Canary_SecondNewVersionDuringARelease_StartsItsStepsAgain() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").WhenUserPromotes()
        .WhenPhaseIs("Paused").ThenStep(3)
        .WhenUserApplies("v3")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v3", 1).ThenPods("v2", 0).ThenPods("v1", 4).ThenService("canary", "v3").ThenStable("v1")
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v3");

    [Fact]
    public void Abort_AfterPromoteFull_StillGoesBack() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2", PodBehaviour.Slow)
        .WhenSecondsPass(10)
        .WhenUserPromotesFully()
        .WhenSecondsPass(5)
        .WhenUserAborts()
        .WhenNothingMoves().ThenPhase("Degraded").ThenStable("v1").ThenPods("v1", 5).ThenPods("v2", 0);

    [Fact]
    public void Abort_ThenRetry_StartsAtTheFirstStep() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused")
        .WhenUserAborts()
        .WhenNothingMoves().ThenPhase("Degraded").ThenPods("v2", 0).ThenPods("v1", 5)
        .WhenUserRetries()
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1);

    [Theory]
    [InlineData(CallFault.Conflict)]
    [InlineData(CallFault.ServerError)]
    [InlineData(CallFault.Timeout)]
    [InlineData(CallFault.LostResponse)]
    [InlineData(CallFault.Crash)]
    [InlineData(CallFault.CrashBefore)]
    public void Canary_OneWriteFails_AnyOfThem_NothingIsLost(CallFault fault)
    {
        for (var write = 0; write < 25; write++)
        {
            Story
                .GivenRollout(FiveSteps)
                .WhenWriteFails(fault, after: write)
                .WhenUserApplies("v2")
                .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1).ThenPods("v1", 4)
                .WhenUserPromotes()
                .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 5);
        }
    }

    [Theory]
    [InlineData("currentStepIndex: -7")]
    [InlineData("currentStepIndex: 99")]
    [InlineData("stableRS: nonsense")]
    [InlineData("currentPodHash: nonsense")]
    [InlineData("phase: Foreign")]
    [InlineData("currentStepHash: nonsense")]
    [InlineData("observedGeneration: nonsense")]
    [InlineData("conditions: null")]
    public void Status_DamagedByHandAtAPause_IsRepairedAndTheUpdateEndsWell(string damage) => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused")
        .WhenStatusIsPatched(damage)
        .WhenSecondsPass(600)
        .WhenUserPromotes()
        .WhenSecondsPass(600)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenPods("v2", 5);

    [Theory]
    [InlineData("currentStepIndex: -7")]
    [InlineData("currentStepIndex: 99")]
    [InlineData("stableRS: nonsense")]
    [InlineData("currentPodHash: nonsense")]
    [InlineData("phase: Foreign")]
    [InlineData("conditions: null")]
    public void Status_DamagedByHandAtRest_IsRepaired(string damage) => Story
        .GivenRollout(FiveSteps)
        .WhenStatusIsPatched(damage)
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v1").ThenPods("v1", 5);

    [Fact]
    public void Spec_InvalidInTheMiddle_FreezesAndGoesOnWhenFixed() => Story
        .GivenRollout(FiveSteps)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused")
        .WhenUserSetsSpec("minReadySeconds: 1000")
        .WhenSecondsPass(120).ThenPods("v2", 1).ThenPods("v1", 4).ThenService("canary", "v2").ThenStep(1)
        .WhenUserSetsSpec("minReadySeconds: null")
        .WhenPhaseIs("Paused").ThenStep(1)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2");

    [Fact]
    public void Rest_AnHourLong_WritesNothing()
    {
        var story = Story.GivenRollout(FiveSteps);
        var (writes, passes) = (story.World.Writes, story.World.Passes);

        story.WhenSecondsPass(3600);

        Assert.Equal(writes, story.World.Writes);
        Assert.True(story.World.Passes - passes < 10, story.Told($"{story.World.Passes - passes} passes at rest"));
    }
}
