using Bascule.Api.Json;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>A canary with an Experiment as a step; the controller of Experiments runs beside that of Rollouts.</summary>
public sealed class ExperimentStories
{
    private const string Timed = """
        replicas: 4
        strategy:
          canary:
            steps:
            - experiment: { duration: 60s, templates: [{ name: baseline, specRef: stable }, { name: candidate, specRef: canary, replicas: 2 }] }
            - setWeight: 50
            - pause: {}
        """;

    private const string Measured = """
        replicas: 4
        strategy:
          canary:
            steps:
            - experiment:
                templates: [{ name: candidate, specRef: canary }]
                analyses: [{ name: success, templateName: success-rate, requiredForCompletion: true }]
            - pause: {}
        """;

    private const string Weighted = """
        replicas: 4
        strategy:
          canary:
            canaryService: canary
            stableService: stable
            trafficRouting: { istio: { virtualService: { name: web } } }
            steps:
            - experiment: { duration: 60s, templates: [{ name: candidate, specRef: canary, weight: 10 }] }
            - setWeight: 50
            - pause: {}
        """;

    [Fact]
    public void Experiment_ForAMinute_HasItsPodsForThatTimeAndTheStepsGoOn_EXS1_EXS5()
    {
        var story = Story.GivenRollout(Timed).WhenUserApplies("v2").WhenSecondsPass(30).ThenStep(0).ThenPods("v2", 0).ThenPods("v1", 4);
        Assert.Equal(3, PodsOfExperiments(story));

        story.WhenPhaseIs("Paused").ThenStep(2).ThenPods("v2", 2).WhenSecondsPass(60);
        Assert.Equal(0, PodsOfExperiments(story));
        Assert.True(story.World.Time.Elapsed > TimeSpan.FromSeconds(60));
    }

    /// <summary>As seed 2150 found it: what the Experiment gave back went to a stable version without an available pod.</summary>
    [Fact]
    public void Experiment_ItsShareIsGivenBack_NotToAStableVersionThatIsDown() => Story
        .GivenNewRollout("""
            replicas: 0
            strategy:
              canary:
                canaryService: canary
                stableService: stable
                trafficRouting: { istio: { virtualService: { name: web } } }
                steps:
                - setWeight: 100
                - setWeight: 20
                - experiment: { duration: 60s, templates: [{ name: candidate, specRef: canary, weight: 10 }] }
                - pause: {}
            """, PodBehaviour.Broken)
        .FromItsHealthyDays()
        .WhenUserSetsSpec("replicas: 3")
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(3).ThenTraffic("v2", 100).ThenTraffic("v1", 0);

    /// <summary>As seed 287309 found it: nobody but the stable version may have it, where the new one has no traffic by its steps.</summary>
    [Fact]
    public void Experiment_ItsShareIsGivenBack_ToAStableVersionThatIsDown_WhereTheNewOneHasNone()
    {
        var story = Story.GivenRollout(Weighted.Replace("steps:", "steps:\n    - setCanaryScale: { replicas: 1 }", StringComparison.Ordinal).Replace("setWeight: 50", "pause: {}", StringComparison.Ordinal))
            .WhenUserApplies("v2").WhenSecondsPass(30).ThenStep(1).ThenTraffic("v1", 90);
        while (!story.World.View()!.Traffic!.Additional.IsEmpty)
            story.WhenPodsVanish("v1").WhenSecondsPass(0.5);

        story.ThenPhase("Paused").ThenTraffic("v1", 100).ThenTraffic("v2", 0);
    }

    [Fact]
    public void Experiment_ItsAnalysisFails_TheUpdateIsAborted_EXS5() => Story
        .GivenNewRollout(Measured).GivenAnalysisTemplate("success-rate").FromItsHealthyDays()
        .GivenMetrics(MetricAnswer.Bad)
        .WhenUserApplies("v2")
        .WhenNothingMoves().ThenPhase("Degraded").ThenStable("v1").ThenPods("v1", 4).ThenPods("v2", 0);

    [Fact]
    public void Experiment_ItsAnalysisSucceeds_TheStepsGoOn_EXS5() => Story
        .GivenNewRollout(Measured).GivenAnalysisTemplate("success-rate").FromItsHealthyDays()
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1);

    [Fact]
    public void Experiment_WithAWeight_GetsItOfTheStableVersionsTraffic_EXS7()
    {
        var story = Story.GivenRollout(Weighted).WhenUserApplies("v2").WhenSecondsPass(30).ThenTraffic("v1", 90);
        Assert.Equal(10, Assert.Single(story.World.View()!.Traffic!.Additional).Weight);

        story.WhenPhaseIs("Paused").ThenTraffic("v2", 50).ThenTraffic("v1", 50);
        Assert.Empty(story.World.View()!.Traffic!.Additional);
    }

    [Fact]
    public void Abort_DuringAnExperiment_EndsIt_EXS8()
    {
        var story = Story.GivenRollout(Timed).WhenUserApplies("v2").WhenSecondsPass(20).WhenUserAborts().WhenNothingMoves().ThenPhase("Degraded");

        Assert.Equal(0, PodsOfExperiments(story));
    }

    private static int PodsOfExperiments(Story story)
    {
        var experiments = story.World.Server.All(ArgoResources.Experiments).Select(e => e.Uid).ToHashSet();
        return story.World.Server.All(ResourceTypes.ReplicaSets).Where(r => experiments.Contains(r.ControllerUid ?? "")).Sum(r => r.Root.GetProperty("spec").Int("replicas") ?? 1);
    }
}
