using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Analysis.Effects;
using static Bascule.Engine.Tests.Analysis.TestRun;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>Measurements that take their time, such as Jobs: RUN-5, RUN-11, RUN-12, RUN-17.</summary>
public sealed class MeasurementUnderWayTests
{
    private static readonly System.Collections.Immutable.ImmutableSortedDictionary<string, string> s_job =
        System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("job-name", "j-1");

    [Fact]
    public void Measurement_Begun_IsRunningAndKnownByItsMetadata_RUN5()
    {
        var run = Of(Metric("m"));
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(7), s_job);

        Assert.Equal(TimeSpan.FromSeconds(7), run.Pass().LookAgainAfter);

        var result = run.Run.Status.Result("m")!;
        var measurement = Assert.Single(result.Measurements);
        Assert.Equal((AnalysisPhase.Running, AnalysisPhase.Running, 0), (run.Run.Status.Phase, result.Phase, result.Count));
        Assert.Equal((AnalysisPhase.Running, null, run.Now.AddSeconds(7), "j-1"), (measurement.Phase, measurement.FinishedAt, measurement.ResumeAt, measurement.Metadata["job-name"]));
    }

    [Theory]
    [InlineData(AnalysisPhase.Successful, AnalysisPhase.Successful)]
    [InlineData(AnalysisPhase.Failed, AnalysisPhase.Failed)]
    [InlineData(AnalysisPhase.Inconclusive, AnalysisPhase.Inconclusive)]
    public void Measurement_GoneOnWith_EndsAsItsProviderSays_RUN5(AnalysisPhase verdict, AnalysisPhase expected)
    {
        var run = Of(Metric("m", "\"successCondition\":\"false\""));
        run.Source = task => task.Unfinished is null
            ? MeasurementOutcome.UnderWay(run.Now.AddSeconds(7), s_job)
            : MeasurementOutcome.Ended(verdict, "because");

        run.ToTheEnd();

        Assert.Equal(["m at 0", "m at 7"], run.Measured);
        Assert.Equal(expected, run.Run.Status.Phase);
        var measurement = Assert.Single(run.Run.Status.Result("m")!.Measurements);
        Assert.Equal((expected, "because", "j-1", null), (measurement.Phase, measurement.Message, measurement.Metadata["job-name"], measurement.ResumeAt));
    }

    [Fact]
    public void Measurement_UnderWay_IsNotOverlappedByAnother_RUN5()
    {
        var run = Of(Metric("m", "\"interval\":\"1s\""));
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);
        run.Pass();
        run.Now += TimeSpan.FromSeconds(30);

        Assert.Equal(TimeSpan.FromSeconds(30), run.Pass().LookAgainAfter);
        Assert.Single(run.Measured);
    }

    [Fact]
    public void Measurement_WithNews_IsGoneOnWithBeforeItsTime_RUN5()
    {
        var run = Of(Metric("m"), Metric("other", "\"interval\":\"1h\""));
        run.Source = task => task.Metric.Name == "other" ? Number(1) : task.Unfinished is null ? MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job) : Number(1);
        run.Pass();
        run.News.UnionWith(["m", "other", "nobody"]);

        run.Pass();

        Assert.Equal(["m at 0", "other at 0", "m at 0"], run.Measured);
        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Result("m")!.Phase);
    }

    [Fact]
    public void Measurement_BegunTwice_IsNotedOnce_RUN5()
    {
        var run = Of(Metric("m"));
        var task = Assert.IsType<TakeMeasurement>(Assert.Single(AnalysisRunDecider.Decide(run.See()).Effects)).Task;
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);
        run.Pass();

        var again = AnalysisRunDecider.Decide(run.See() with { Finished = [new(task, MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job), run.Now, run.Now, s_job)] });

        Assert.Empty(again.Effects);
    }

    [Theory]
    [InlineData(AnalysisPhase.Inconclusive, "Metric Terminated", AnalysisPhase.Inconclusive)]
    [InlineData(AnalysisPhase.Successful, "Metric Terminated", AnalysisPhase.Successful)]
    [InlineData(AnalysisPhase.Failed, "why", AnalysisPhase.Failed)]
    public void Run_TerminatedWithAMeasurementUnderWay_EndsAsItEnds_RUN11_RUN12(AnalysisPhase verdict, string message, AnalysisPhase expected)
    {
        var run = Of(Metric("m"));
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);
        run.End = _ => MeasurementOutcome.Ended(verdict, "why");
        run.Pass();
        run.Edit(r => r["spec"]!["terminate"] = true);

        run.Pass();

        Assert.Equal(["m at 0", "end of m"], run.Measured);
        Assert.Equal((expected, message), (run.Run.Status.Phase, run.Run.Status.Result("m")!.Measurements[0].Message));
    }

    [Fact]
    public void Run_WithAFailedMetric_EndsWhatIsUnderWay_RUN13()
    {
        var run = Of(Metric("bad", "\"failureCondition\":\"true\""), Metric("slow"));
        run.Source = task => task.Metric.Name == "bad" ? Number(1) : MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);

        Assert.Equal(TimeSpan.Zero, run.Pass().LookAgainAfter);
        run.Pass();

        Assert.Equal(["bad at 0", "slow at 0", "end of slow"], run.Measured);
        Assert.Equal(AnalysisPhase.Failed, run.Run.Status.Phase);
    }

    [Fact]
    public void Run_TerminatedWhileAMeasurementBegan_EndsItBeforeItself_RUN11()
    {
        var run = Of(Metric("m"));
        var task = Assert.IsType<TakeMeasurement>(Assert.Single(AnalysisRunDecider.Decide(run.See()).Effects)).Task;
        run.Edit(r => r["spec"]!["terminate"] = true);
        var begun = new FinishedMeasurement(task, MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job), run.Now, run.Now, s_job);

        var decision = AnalysisRunDecider.Decide(run.See() with { Finished = [begun] });

        Assert.Equal(TimeSpan.Zero, decision.LookAgainAfter);
        var status = Assert.IsType<PatchRunStatus>(Assert.Single(decision.Effects)).Patch.GetProperty("status");
        Assert.Equal(("Running", "j-1"), (status.GetProperty("phase").GetString(), status.GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("metadata").GetProperty("job-name").GetString()));
    }

    [Fact]
    public void Measurement_ThatDoesNotEnd_IsAnErrorAndNotAWait_RUN11()
    {
        var run = Of(Metric("m"));
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);
        run.End = run.Source;
        run.Pass();
        run.Edit(r => r["spec"]!["terminate"] = true);

        run.Pass();

        Assert.Equal((AnalysisPhase.Error, "the measurement could not be ended"), (run.Run.Status.Phase, run.Run.Status.Result("m")!.Measurements[0].Message));
    }

    [Fact]
    public void Run_ThatCannotGoOn_EndsWhatIsUnderWay_RUN2()
    {
        var run = new TestRun($$"""{"metrics":[{{Metric("m")}}],"args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"k"} } }]}""");
        run.Secret = key => new(key, "hunter2", null);
        run.Source = _ => MeasurementOutcome.UnderWay(run.Now.AddSeconds(60), s_job);
        run.Pass();
        run.Secret = key => new(key, null, "secrets \"s\" not found");
        run.Now += TimeSpan.FromSeconds(60);

        run.Pass();

        Assert.Equal(["m at 0", "end of m"], run.Measured);
        Assert.Equal((AnalysisPhase.Error, "Unable to resolve metric arguments: secrets \"s\" not found"), (run.Run.Status.Phase, run.Run.Status.Message));
        Assert.NotNull(run.Run.Status.Result("m")!.Measurements[0].FinishedAt);
    }
}
