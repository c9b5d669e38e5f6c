using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Tests.Rollouts;

public sealed class StatusReadingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Status_OfACanary_IsRead()
    {
        var status = Read("""
            {"observedGeneration":"7","currentPodHash":"new","stableRS":"old","currentStepHash":"s","currentStepIndex":2,"replicas":5,"updatedReplicas":2,"readyReplicas":4,
            "availableReplicas":3,"HPAReplicas":6,"selector":"app=web","collisionCount":1,"pauseConditions":[{"reason":"CanaryPauseStep","startTime":"2026-08-01T12:00:00Z"}],
            "controllerPause":true,"abort":true,"abortedAt":"2026-08-01T12:00:00Z","promoteFull":true,"restartedAt":"2026-08-01T12:00:00Z","phase":"Paused","message":"CanaryPauseStep",
            "conditions":[{"type":"Progressing","status":"Unknown","reason":"RolloutPaused","message":"m","lastUpdateTime":"2026-08-01T12:00:00Z","lastTransitionTime":"2026-08-01T12:00:00Z"}],
            "workloadObservedGeneration":"3"}
            """);

        Assert.Equal(("7", "new", "old", "s", 2), (status.ObservedGeneration, status.CurrentPodHash, status.StableRS, status.CurrentStepHash, status.CurrentStepIndex));
        Assert.Equal((5, 2, 4, 3, 6), (status.Replicas, status.UpdatedReplicas, status.ReadyReplicas, status.AvailableReplicas, status.HpaReplicas));
        Assert.Equal(("app=web", 1, "3"), (status.Selector, status.CollisionCount, status.WorkloadObservedGeneration));
        Assert.Equal(new PauseCondition(PauseReasons.CanaryPauseStep, Noon), Assert.Single(status.PauseConditions));
        Assert.Equal((true, true, Noon, true, Noon), (status.ControllerPause, status.Abort, status.AbortedAt, status.PromoteFull, status.RestartedAt));
        Assert.Equal((RolloutPhases.Paused, "CanaryPauseStep"), (status.Phase, status.Message));
        Assert.Equal(("Unknown", "RolloutPaused", "m", Noon, Noon), status.Condition("Progressing") is { } c ? (c.Status, c.Reason, c.Message, c.LastUpdateTime!.Value, c.LastTransitionTime!.Value) : default);
    }

    [Fact]
    public void Weights_AreRead_STAT20()
    {
        var weights = Read("""
            {"canary":{"weights":{"canary":{"weight":10,"serviceName":"c","podTemplateHash":"n"},"stable":{"weight":85,"serviceName":"s","podTemplateHash":"o"},
            "additional":[{"weight":5,"podTemplateHash":"x"}],"verified":false}}}
            """).Weights!;

        Assert.Equal((new WeightDestination(10, "c", "n"), new WeightDestination(85, "s", "o")), (weights.Canary, weights.Stable));
        Assert.Equal((new WeightDestination(5, "", "x"), false), (Assert.Single(weights.Additional), weights.Verified));
        Assert.Null(Read("{}").Weights);
        Assert.Null(Read("""{"canary":{"weights":{}}}""").Weights!.Verified);
    }

    [Fact]
    public void Runs_OfACanary_AreRead_STAT22()
    {
        var status = Read("""{"canary":{"currentStepAnalysisRunStatus":{"name":"a","status":"Running","message":"m"},"currentBackgroundAnalysisRunStatus":{"name":"b","status":"Failed"}}}""");

        Assert.Equal(new AnalysisRunReference("a", "Running", "m"), status.StepAnalysisRun);
        Assert.Equal(new AnalysisRunReference("b", "Failed", ""), status.BackgroundAnalysisRun);
        Assert.Null(Read("""{"canary":{"currentStepAnalysisRunStatus":{"status":"Running"}}}""").StepAnalysisRun);
    }

    [Fact]
    public void Experiment_AndPingPong_AreRead()
    {
        var status = Read("""{"canary":{"currentExperiment":"e","stablePingPong":"ping"}}""");

        Assert.Equal(("e", PingPong.Ping), (status.CurrentExperiment, status.StablePingPong));
        Assert.Equal(("", ""), (Read("{}").CurrentExperiment, Read("{}").StablePingPong));
    }

    [Fact]
    public void StepPluginStatuses_AreRead_STAT25()
    {
        var entry = Assert.Single(Read("""
            {"canary":{"stepPluginStatuses":[{"index":1,"name":"p","operation":"Run","phase":"Running","message":"m","startedAt":"2026-08-01T12:00:00Z",
            "updatedAt":"2026-08-01T12:00:00Z","finishedAt":"2026-08-01T12:00:00Z","backoff":"30s","executions":4,"disabled":true,"status":{"any":["thing"]}},"x"]}}
            """).StepPluginStatuses);

        Assert.Equal((1, "p", "Run", "Running", "m"), (entry.Index, entry.Name, entry.Operation, entry.Phase, entry.Message));
        Assert.Equal((Noon, Noon, Noon), (entry.StartedAt, entry.UpdatedAt, entry.FinishedAt));
        Assert.Equal(("30s", 4, true, """{"any":["thing"]}"""), (entry.Backoff, entry.Executions, entry.Disabled, entry.Status?.GetRawText()));
    }

    [Fact]
    public void BlueGreen_IsRead_STAT26()
    {
        var blueGreen = Read("""
            {"blueGreen":{"activeSelector":"a","previewSelector":"p","scaleUpPreviewCheckPoint":true,
            "prePromotionAnalysisRunStatus":{"name":"x","status":"Successful"},"postPromotionAnalysisRunStatus":{"name":"y","status":"Pending"}}}
            """).BlueGreen;

        Assert.Equal(("a", "p", true), (blueGreen.ActiveSelector, blueGreen.PreviewSelector, blueGreen.ScaleUpPreviewCheckPoint));
        Assert.Equal(("x", "y"), (blueGreen.PrePromotionAnalysisRun?.Name, blueGreen.PostPromotionAnalysisRun?.Name));
        Assert.Equal(new BlueGreenStatus(), Read("{}").BlueGreen);
    }

    [Fact]
    public void Alb_IsKept_STAT27()
    {
        var status = Read("""{"alb":{"loadBalancer":{"arn":"x"}},"albs":[{"ingress":"i"}]}""");

        Assert.Equal(("""{"loadBalancer":{"arn":"x"}}""", """[{"ingress":"i"}]"""), (status.Alb?.GetRawText(), status.Albs?.GetRawText()));
        Assert.Equal((null, null), (Read("{}").Alb, Read("""{"alb":5,"albs":{}}""").Albs));
    }

    [Fact]
    public void Duration_IsRead_DUR1()
    {
        var duration = Read("""
            {"duration":{"rolloutStartedAt":"2026-08-01T12:00:00Z","manualPauseStartedAt":"2026-08-01T12:00:00Z","totalManualPauseDurationSeconds":9000000000,
            "finishedAt":"2026-08-01T12:00:00Z","completionStatus":"Promoted"}}
            """).Duration!;

        Assert.Equal((Noon, Noon, Noon), (duration.RolloutStartedAt, duration.ManualPauseStartedAt, duration.FinishedAt));
        Assert.Equal((9_000_000_000, "Promoted"), (duration.TotalManualPauseDurationSeconds, duration.CompletionStatus));
    }

    [Theory] // The engine repairs it; reading never fails and never loses what is beside it.
    [InlineData("""{"phase":"Paused","currentStepIndex":-3,"replicas":"many","pauseConditions":[1,{"reason":5}],"conditions":{"a":1}}""")]
    [InlineData("""{"phase":"Paused","abortedAt":"yesterday","controllerPause":"yes","canary":[],"blueGreen":"x","alb":[],"albs":5}""")]
    [InlineData("""{"phase":"Paused","canary":{"weights":{"canary":5,"additional":[1,{"weight":"all"}],"verified":"no"},"stepPluginStatuses":[{"index":"one","executions":"two","status":7}]}}""")]
    [InlineData("""{"phase":"Paused","blueGreen":{"activeSelector":{},"prePromotionAnalysisRunStatus":"run"},"duration":{"totalManualPauseDurationSeconds":"9"}}""")]
    public void Status_Damaged_IsReadAsFarAsItGoes_RT7(string json) => Assert.Equal(RolloutPhases.Paused, Read(json).Phase);

    private static RolloutStatus Read(string json) => RolloutStatus.Read(JsonElement.Parse(json));
}
