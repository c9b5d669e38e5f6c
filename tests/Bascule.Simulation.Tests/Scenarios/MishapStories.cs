using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Simulation.Faults;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>What users do by mistake, and what they do to be rid of it.</summary>
public sealed class MishapStories
{
    private const string BlueGreen = """
        replicas: 3
        strategy: { blueGreen: { activeService: active, previewService: preview, autoPromotionEnabled: false } }
        """;

    private const string Canary = """
        replicas: 4
        strategy:
          canary:
            maxSurge: 1
            maxUnavailable: 0
            canaryService: canary
            stableService: stable
            steps: [{ setWeight: 25 }, { pause: {} }]
        """;

    [Theory]
    [InlineData("blueGreen: { activeService: nowhere, previewService: preview }")]
    [InlineData("blueGreen: { activeService: nowhere, previewService: nowhere }")]
    [InlineData("{ canary: {}, blueGreen: { activeService: active } }")]
    public void Spec_MistakeInAServicesName_UsersStayWhereTheyAre_GC10(string strategy) => Story
        .GivenRollout(BlueGreen)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenService("active", "v1").ThenService("preview", "v2")
        .WhenUserAppliesStrategy(strategy)
        .WhenSecondsPass(120).ThenPhase("Degraded").ThenService("active", "v1").ThenService("preview", "v2").ThenPods("v1", 3).ThenPods("v2", 3)
        .WhenUserAppliesStrategy("blueGreen: { activeService: active, previewService: preview, autoPromotionEnabled: false }")
        .WhenPhaseIs("Paused").ThenService("active", "v1")
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenService("active", "v2");

    [Fact]
    public void Service_NoLongerNamed_IsGivenBackOnceTheNewSpecIsInForce_GC10()
    {
        var story = Story.GivenRollout(BlueGreen)
            .WhenUserAppliesStrategy("blueGreen: { activeService: active, autoPromotionEnabled: false }")
            .WhenSecondsPass(30).ThenPhase("Healthy").ThenService("active", "v1");

        Assert.Equal("", story.World.View()!.ServiceLeadsTo("preview"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rollout_DeletedAndAppliedAgainAtRest_IsHealthyAgain(bool orphans) => Story
        .GivenRollout(Canary)
        .WhenUserDeletesTheRollout(orphans)
        .WhenSecondsPass(5)
        .WhenUserAppliesTheRolloutAgain()
        .WhenSecondsPass(120).ThenPhase("Healthy").ThenStep(2)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 4);

    [Fact]
    public void Rollout_DeletedWithoutItsPodsInTheMiddleOfAnUpdate_GoesOnFromWhatServes_LIFE1() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenPods("v2", 1).ThenPods("v1", 3)
        .WhenUserDeletesTheRollout(orphans: true)
        .WhenSecondsPass(60)
        .WhenUserAppliesTheRolloutAgain()
        .WhenPhaseIs("Paused").ThenStep(1).ThenStable("v1").ThenPods("v2", 1).ThenPods("v1", 3)
        .ThenAlways("four pods serve", v => v.Serving >= 4)
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 4);

    /// <summary>As seed 10456 found it: the active Service leads to a version that is gone, and the analysis of the preview was never started.</summary>
    [Fact]
    public void BlueGreen_DeletedWithABadVersionAndAppliedAgain_TheFixGoesItsWay() => Story
        .GivenNewRollout("""
            replicas: 1
            strategy:
              blueGreen:
                activeService: active
                previewService: preview
                autoPromotionEnabled: false
                previewReplicaCount: 2
                prePromotionAnalysis: { templates: [{ templateName: success-rate }] }
            """)
        .GivenAnalysisTemplate("success-rate")
        .FromItsHealthyDays()
        .WhenUserApplies("v2", PodBehaviour.Broken)
        .WhenSecondsPass(5)
        .WhenUserDeletesTheRollout(orphans: false)
        .WhenUserAppliesTheRolloutAgain()
        .WhenSecondsPass(60)
        .WhenUserApplies("v3")
        .WhenPhaseIs("Paused").ThenService("preview", "v3")
        .WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenService("active", "v3");

    /// <summary>As seed 7171 found it: without pods the new version is stable at once, and was still given a preview to be looked at.</summary>
    [Fact]
    public void BlueGreen_AppliedAgainWithoutPodsAndWithAnotherVersion_IsDone() => Story
        .GivenNewRollout("""
            replicas: 1
            strategy: { blueGreen: { activeService: active, autoPromotionEnabled: false, previewReplicaCount: 1, prePromotionAnalysis: { templates: [{ templateName: success-rate }] } } }
            """)
        .GivenAnalysisTemplate("success-rate")
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 0")
        .WhenSecondsPass(5)
        .WhenUserDeletesTheRollout(orphans: true)
        .WhenUserAppliesTheRolloutAgain()
        .WhenUserApplies("v2")
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenService("active", "v2");

    [Fact]
    public void Status_LostAtAPause_TheUpdateGoesOnFromWhatServes_LIFE1() => Story
        .GivenRollout(Canary)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused")
        .WhenStatusIsPatched("stableRS: null")
        .WhenPhaseIs("Paused").ThenStep(1).ThenStable("v1").ThenPods("v2", 1).ThenPods("v1", 3);

    /// <summary>As seeds 321629, 322541 and 322571 found it: nobody hears of pods, and a pass that wrote to pods alone was followed by none.</summary>
    [Theory]
    [InlineData("canary: { maxSurge: 1, maxUnavailable: 0, canaryMetadata: { labels: { role: new } }, stableMetadata: { labels: { role: old } }, steps: [{ setWeight: 50 }] }")]
    [InlineData("blueGreen: { activeService: active, previewService: preview, previewMetadata: { labels: { role: new } }, activeMetadata: { labels: { role: old } } }")]
    public void Pods_ThatCannotBeWrittenForAWhile_WearTheirNewRoleAndTheUpdateEnds_EPH2(string strategy)
    {
        var story = Story.GivenRollout($"{{ replicas: 3, strategy: {{ {strategy} }} }}").WhenUserApplies("v2");
        var failed = false;
        story.World.Written += (_, after) =>
        {
            if (failed || after.Rollout.StableHash != story.HashOf("v2") || RoleInTemplate(story) != "old")
                return;
            failed = true;

            // Each of the three pods is tried four times before the pass gives up.
            for (var i = 0; i < 12; i++)
                story.WhenWriteFails(CallFault.ServerError, after: i);
        };

        story.WhenSecondsPass(300).ThenPhase("Healthy").ThenStable("v2").ThenPods("v2", 3).ThenPods("v1", 0);
        Assert.True(failed);
        Assert.All(story.World.PodsOf(story.HashOf("v2")), p => Assert.Equal("old", p.Labels["role"]));
    }

    private static string? RoleInTemplate(Story story) => story.World.Server.All(ResourceTypes.ReplicaSets).First(r => r.Labels["rollouts-pod-template-hash"] == story.HashOf("v2"))
        .Root.GetProperty("spec").GetProperty("template").GetProperty("metadata").GetProperty("labels").Text("role");
}
