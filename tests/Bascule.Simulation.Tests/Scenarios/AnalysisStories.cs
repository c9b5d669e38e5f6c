using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>Measurements that decide about an update.</summary>
public sealed class AnalysisStories
{
    private const string StepAnalysis = """
        replicas: 4
        strategy:
          canary:
            maxSurge: 1
            maxUnavailable: 0
            steps:
            - setWeight: 25
            - analysis: { templates: [{ templateName: success-rate }] }
            - pause: {}
        """;

    [Theory]
    [InlineData(MetricAnswer.Bad)]
    [InlineData(MetricAnswer.Error)]
    [InlineData(MetricAnswer.Empty)]
    [InlineData(MetricAnswer.NotANumber)]
    public void Analysis_MetricsNeverGood_NeverCountsAsSuccess(MetricAnswer answer) => Story
        .GivenNewRollout(StepAnalysis).GivenAnalysisTemplate("success-rate").FromItsHealthyDays()
        .GivenMetrics(answer)
        .WhenUserApplies("v2")
        .WhenNothingMoves().ThenPhase("Degraded").ThenStable("v1").ThenPods("v1", 4).ThenPods("v2", 0);

    [Fact]
    public void Analysis_GoodMetrics_TheUpdateGoesOn() => Story
        .GivenNewRollout(StepAnalysis).GivenAnalysisTemplate("success-rate").FromItsHealthyDays()
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(2);

    [Fact]
    public void Analysis_MeasurementsTakeAMinuteEach_TheUpdateWaitsForThem()
    {
        var story = Story.GivenNewRollout(StepAnalysis).GivenAnalysisTemplate("success-rate").FromItsHealthyDays();
        story.World.Metrics.Takes = () => TimeSpan.FromMinutes(1);

        story.WhenUserApplies("v2").WhenSecondsPass(100).ThenStep(1).WhenPhaseIs("Paused").ThenStep(2);
    }
}
