using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Analysis.Effects;
using static Bascule.Engine.Tests.Analysis.TestRun;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>The RUN rows, decided.</summary>
public sealed class AnalysisRunDeciderTests
{
    [Fact]
    public void Run_WithOneMetric_MeasuresOnceAndSucceeds_RUN3_RUN8_RUN20_EV40_EV41()
    {
        var run = Of(Metric("m", "\"successCondition\":\"result == 1\""));

        var decision = run.Pass();

        Assert.Null(decision.LookAgainAfter);
        Assert.Equal(["m at 0"], run.Measured);
        Assert.Equal(["Normal MetricSuccessful: Metric 'm' Completed. Result: Successful", "Normal AnalysisRunSuccessful: Analysis Completed. Result: Successful"], run.Events);
        var expected = JsonNode.Parse("""
            {"phase":"Successful","startedAt":"2026-05-04T12:00:00Z","completedAt":"2026-05-04T12:00:00Z",
             "metricResults":[{"name":"m","phase":"Successful","count":1,"successful":1,"consecutiveSuccess":1,
               "measurements":[{"phase":"Successful","startedAt":"2026-05-04T12:00:00Z","finishedAt":"2026-05-04T12:00:00Z","value":"1"}],
               "metadata":{"asked":"test"}}],
             "runSummary":{"count":1,"successful":1},"dryRunSummary":{}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, run.Status), run.Status.ToJsonString());
    }

    [Fact]
    public void Run_Completed_IsNeverLookedAtAgain_RUN18()
    {
        var run = Of(Metric("m")).ToTheEnd();
        run.Now += TimeSpan.FromDays(1);

        var decision = run.Pass();

        Assert.Empty(decision.Effects);
        Assert.Null(decision.LookAgainAfter);
        Assert.Single(run.Measured);
    }

    [Fact]
    public void Run_WithIntervalAndCount_MeasuresAtEachInterval_RUN4()
    {
        var run = Of(Metric("m", "\"interval\":\"20s\",\"count\":3")).ToTheEnd();

        Assert.Equal(["m at 0", "m at 20", "m at 40"], run.Measured);
        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Phase);
    }

    [Fact]
    public void Run_BetweenMeasurements_WritesNothingAndSaysWhen_RUN4()
    {
        var run = Of(Metric("m", "\"interval\":\"5m\""));
        Assert.Equal(TimeSpan.FromMinutes(5), run.Pass().LookAgainAfter);
        run.Now += TimeSpan.FromSeconds(60);

        var decision = run.Pass();

        Assert.Empty(decision.Effects);
        Assert.Equal(TimeSpan.FromMinutes(4), decision.LookAgainAfter);
        Assert.Equal("metric 'm': 1 measurements, the last one Successful with 1, measured again in 240 s", Assert.Single(decision.Reasons).Message);
    }

    [Fact]
    public void Run_WithInitialDelay_WaitsFromItsStart_RUN3()
    {
        var run = Of(Metric("m", "\"initialDelay\":\"30s\""));

        Assert.Equal(TimeSpan.FromSeconds(30), run.Pass().LookAgainAfter);
        Assert.Equal("Running", run.Status["phase"]!.GetValue<string>());
        run.Now += TimeSpan.FromSeconds(29);
        Assert.Equal(TimeSpan.FromSeconds(1), run.Pass().LookAgainAfter);
        run.ToTheEnd();

        Assert.Equal(["m at 30"], run.Measured);
    }

    [Fact]
    public void Run_AfterAnError_MeasuresAgainIn10Seconds_RUN4()
    {
        var run = Of(Metric("m", "\"interval\":\"5m\",\"count\":2"));
        var failures = 2;
        run.Source = _ => failures-- > 0 ? MeasurementOutcome.Failed("no route") : Number(1);

        run.ToTheEnd();

        Assert.Equal(["m at 0", "m at 10", "m at 20", "m at 320"], run.Measured);
        var result = run.Run.Status.Result("m")!;
        Assert.Equal((2, 2, 0), (result.Count, result.Error, result.ConsecutiveError));
    }

    [Fact]
    public void Run_WithErrorsBeyondTheLimit_EndsInError_RUN9_RUN15()
    {
        var run = Of(Metric("m", "\"interval\":\"5m\""));
        run.Source = _ => MeasurementOutcome.Failed("no route");

        run.ToTheEnd();

        Assert.Equal(5, run.Measured.Count);
        Assert.Equal(AnalysisPhase.Error, run.Run.Status.Phase);
        Assert.Equal("Metric \"m\" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): \"Error Message: no route\"", run.Run.Status.Message);
        Assert.Equal("Warning MetricError: Metric 'm' Completed. Result: Error", run.Events[0]);
        Assert.Equal("Warning AnalysisRunError: Analysis Completed. Result: Error", run.Events[1]);
    }

    [Theory]
    // failureLimit
    [InlineData("\"interval\":\"1s\",\"count\":5,\"successCondition\":\"result == 1\",\"failureLimit\":1", "F F", AnalysisPhase.Failed, "failed (2) > failureLimit (1)")]
    [InlineData("\"interval\":\"1s\",\"count\":3,\"successCondition\":\"result == 1\",\"failureLimit\":1", "F S S", AnalysisPhase.Successful, null)]
    [InlineData("\"interval\":\"1s\",\"count\":3,\"successCondition\":\"result == 1\"", "F", AnalysisPhase.Failed, "failed (1) > failureLimit (0)")]
    [InlineData("\"interval\":\"1s\",\"count\":\"3\",\"successCondition\":\"result == 1\",\"failureLimit\":\"1\"", "F F", AnalysisPhase.Failed, "failed (2) > failureLimit (1)")]
    // inconclusiveLimit
    [InlineData("\"successCondition\":\"result == 1\",\"failureCondition\":\"result == 2\"", "I", AnalysisPhase.Inconclusive, "inconclusive (1) > inconclusiveLimit (0)")]
    [InlineData("\"interval\":\"1s\",\"count\":3,\"successCondition\":\"result == 1\",\"failureCondition\":\"result == 2\",\"inconclusiveLimit\":1", "I S S", AnalysisPhase.Successful, null)]
    // consecutiveErrorLimit
    [InlineData("\"consecutiveErrorLimit\":0", "E", AnalysisPhase.Error, "consecutiveErrors (1) > consecutiveErrorLimit (0)")]
    [InlineData("\"interval\":\"1s\",\"count\":2,\"consecutiveErrorLimit\":1", "E S E S", AnalysisPhase.Successful, null)]
    // consecutiveSuccessLimit
    [InlineData("\"interval\":\"1s\",\"consecutiveSuccessLimit\":2,\"failureLimit\":9,\"successCondition\":\"result == 1\"", "S F S S", AnalysisPhase.Successful, null)]
    [InlineData("\"interval\":\"1s\",\"count\":3,\"consecutiveSuccessLimit\":2,\"failureLimit\":1,\"successCondition\":\"result == 1\"", "S F S", AnalysisPhase.Inconclusive, null)]
    [InlineData("\"interval\":\"1s\",\"count\":3,\"consecutiveSuccessLimit\":2,\"failureLimit\":-1,\"successCondition\":\"result == 1\"", "F S F", AnalysisPhase.Failed, null)]
    [InlineData("\"interval\":\"1s\",\"consecutiveSuccessLimit\":2,\"failureLimit\":-1,\"successCondition\":\"result == 1\"", "F F F S S", AnalysisPhase.Successful, null)]
    // an error breaks a row of successes
    [InlineData("\"interval\":\"1s\",\"consecutiveSuccessLimit\":2,\"failureLimit\":-1,\"successCondition\":\"result == 1\"", "S E S S", AnalysisPhase.Successful, null)]
    public void Metric_AfterMeasurements_StandsAsTheTableSays_RUN6_RUN8_RUN9_RUN10(string fields, string measurements, AnalysisPhase expected, string? limit)
    {
        var run = Of(Metric("m", fields));
        var script = new Queue<string>(measurements.Split(' '));
        run.Source = _ => script.Dequeue() switch
        {
            "S" => Number(1),
            "F" => Number(2),
            "I" => Number(3),
            _ => MeasurementOutcome.Failed("boom"),
        };

        run.ToTheEnd();

        Assert.Empty(script);
        Assert.Equal(expected, run.Run.Status.Phase);
        Assert.Equal(expected, run.Run.Status.Result("m")!.Phase);
        if (limit is not null)
            Assert.StartsWith($"Metric \"m\" assessed {expected} due to {limit}", run.Run.Status.Message, StringComparison.Ordinal);
        else
            Assert.Null(run.Run.Status.Message);
    }

    [Fact]
    public void Run_WithOneFailingMetric_EndsTheOthersInTheNextPass_RUN13()
    {
        var run = Of(Metric("bad", "\"successCondition\":\"result == 1\""), Metric("good", "\"interval\":\"1m\",\"successCondition\":\"result == 2\""));
        run.Source = _ => Number(2);

        var first = run.Pass();
        Assert.Equal(AnalysisPhase.Running, run.Run.Status.Phase);
        Assert.Equal(TimeSpan.Zero, first.LookAgainAfter);
        run.Pass();

        Assert.Equal(AnalysisPhase.Failed, run.Run.Status.Phase);
        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Result("good")!.Phase);
        Assert.Equal(["bad at 0", "good at 0"], run.Measured);
        Assert.Equal(new RunSummary { Count = 2, Failed = 1, Successful = 1 }, run.Run.Status.RunSummary);
    }

    [Fact]
    public void Run_Terminated_EndsAtOnce_RUN11_RUN15()
    {
        var run = Of(Metric("m", "\"interval\":\"1m\""), Metric("late", "\"initialDelay\":\"1h\""));
        run.Pass();
        run.Edit(r => r["spec"]!["terminate"] = true);
        run.Now += TimeSpan.FromMinutes(5);

        run.Pass();

        Assert.Equal(["m at 0"], run.Measured);
        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Phase);
        Assert.Equal("Run Terminated", run.Run.Status.Message);
    }

    [Fact]
    public void Run_TerminatedBeforeItBegan_IsSuccessful_RUN14()
    {
        var run = Of(Metric("m"));
        run.Edit(r => r["spec"]!["terminate"] = true);

        run.Pass();

        Assert.Empty(run.Measured);
        Assert.Equal((AnalysisPhase.Successful, "Run Terminated"), (run.Run.Status.Phase, run.Run.Status.Message));
    }

    [Fact]
    public void Run_TerminatedWithAMeasurementUnderWay_EndsIt_RUN11()
    {
        var run = new TestRun(
            $$"""{"terminate":true,"metrics":[{{Metric("m")}}]}""",
            """{"phase":"Running","startedAt":"2026-05-04T11:59:00Z","metricResults":[{"name":"m","phase":"Running","measurements":[{"phase":"Running","startedAt":"2026-05-04T11:59:00Z","resumeAt":"2026-05-04T13:00:00Z"}]}]}""");

        var task = Assert.IsType<TerminateMeasurement>(Assert.Single(AnalysisRunDecider.Decide(run.See()).Effects)).Task;

        Assert.Equal(AnalysisPhase.Running, task.Unfinished!.Phase);
    }

    [Fact]
    public void Measurement_UnderWay_IsResumedWhenItAsks_RUN5()
    {
        var run = new TestRun(
            $$"""{"metrics":[{{Metric("m", "\"interval\":\"1s\"")}}]}""",
            """{"phase":"Running","startedAt":"2026-05-04T11:59:00Z","metricResults":[{"name":"m","phase":"Running","measurements":[{"phase":"Running","startedAt":"2026-05-04T11:59:00Z","resumeAt":"2026-05-04T12:00:30Z"}]}]}""");

        Assert.Equal(TimeSpan.FromSeconds(30), run.Pass().LookAgainAfter);
        Assert.Empty(run.Measured);
        run.Now += TimeSpan.FromSeconds(30);
        run.Pass();

        var measurement = Assert.Single(run.Run.Status.Result("m")!.Measurements);
        Assert.Equal((AnalysisPhase.Successful, new DateTimeOffset(2026, 5, 4, 11, 59, 0, TimeSpan.Zero)), (measurement.Phase, measurement.StartedAt));
    }

    [Fact]
    public void Run_WithSeveralMetrics_TakesTheWorst_RUN14()
    {
        var run = Of(
            Metric("ok"),
            Metric("undecided", "\"successCondition\":\"result == 9\",\"failureCondition\":\"result == 8\""),
            Metric("bad", "\"failureCondition\":\"result == 1\""));

        run.ToTheEnd();

        Assert.Equal(AnalysisPhase.Failed, run.Run.Status.Phase);
        Assert.Equal("Metric \"bad\" assessed Failed due to failed (1) > failureLimit (0)", run.Run.Status.Message);
        Assert.Equal(new RunSummary { Count = 3, Successful = 1, Inconclusive = 1, Failed = 1 }, run.Run.Status.RunSummary);
    }

    [Fact]
    public void Metric_DryRun_DoesNotCount_RUN14_RUN15_MET6()
    {
        var run = new TestRun($$"""{"metrics":[{{Metric("try-me", "\"failureCondition\":\"true\"")}},{{Metric("real")}}],"dryRun":[{"metricName":"try.*"}]}""");

        run.ToTheEnd();

        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Phase);
        var result = run.Run.Status.Result("try-me")!;
        Assert.Equal((true, AnalysisPhase.Failed, "Metric assessed Failed due to failed (1) > failureLimit (0)"), (result.DryRun, result.Phase, result.Message));
        Assert.Equal(new RunSummary { Count = 1, Successful = 1 }, run.Run.Status.RunSummary);
        Assert.Equal(new RunSummary { Count = 1, Failed = 1 }, run.Run.Status.DryRunSummary);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("""{"metricName":"^m$","limit":3}""", 3)]
    [InlineData("""{"metricName":"m","limit":0}""", 10)]
    public void Measurements_Kept_AreTheLastOnes_RUN17(string rule, int kept)
    {
        var run = new TestRun($$"""{"metrics":[{{Metric("m", "\"interval\":\"1s\",\"count\":15")}}],"measurementRetention":[{{rule}}]}""");
        var value = 0;
        run.Source = _ => Number(++value);

        run.ToTheEnd();

        var result = run.Run.Status.Result("m")!;
        Assert.Equal(15, result.Count);
        Assert.Equal(Enumerable.Range(16 - kept, kept).Select(i => $"{i}"), result.Measurements.Select(m => m.Value));
        Assert.Equal(Enumerable.Range(1, 15 - kept).Select(i => $"{i}"), run.Forgotten);
    }

    [Theory]
    [InlineData("1", """{"secondsAfterCompletion":60}""", 61)]
    [InlineData("1", """{"secondsAfterCompletion":60,"secondsAfterSuccess":5}""", 6)]
    [InlineData("2", """{"secondsAfterCompletion":60,"secondsAfterSuccess":5}""", 61)]
    [InlineData("2", """{"secondsAfterFailure":0}""", 1)]
    [InlineData("3", """{"secondsAfterFailure":5,"secondsAfterSuccess":5}""", null)]
    public void Run_Completed_IsDeletedWhenItsTimeIsOver_RUN19(string result, string ttl, int? deletedAfterSeconds)
    {
        var run = new TestRun($$"""{"metrics":[{{Metric("m", "\"successCondition\":\"result == 1\",\"failureCondition\":\"result == 2\"")}}],"ttlStrategy":{{ttl}}}""");
        run.Source = _ => Number(double.Parse(result, System.Globalization.CultureInfo.InvariantCulture));
        run.ToTheEnd();

        Assert.Equal(deletedAfterSeconds, (int?)run.Pass().LookAgainAfter?.TotalSeconds);
        Assert.False(run.Deleted);
        run.Now += TimeSpan.FromSeconds(deletedAfterSeconds ?? 100_000);
        run.Pass();
        Assert.Equal(deletedAfterSeconds is not null, run.Deleted);
    }

    [Fact]
    public void Run_BeingDeleted_IsLeftAlone()
    {
        var run = Of(Metric("m"));
        run.Edit(r => r["metadata"]!["deletionTimestamp"] = "2026-05-04T12:00:00Z");

        Assert.Empty(run.Pass().Effects);
        Assert.Empty(run.Measured);
    }

    [Theory]
    [InlineData("""{"metrics":[]}""", "Analysis spec invalid: no metrics specified")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"test":{}}},{"name":"m","provider":{"test":{}}}]}""", "Analysis spec invalid: metrics[1]: duplicate name 'm'")]
    [InlineData("""{"metrics":[{"name":"m","provider":{}}]}""", "Analysis spec invalid: metrics[0]: no provider specified")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{},"b":{}}}]}""", "Analysis spec invalid: metrics[0]: multiple providers specified")]
    [InlineData("""{"metrics":[{"name":"m","count":2,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: interval must be specified when count > 1")]
    [InlineData("""{"metrics":[{"name":"m","interval":"5x","provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: invalid interval string: time: invalid duration \"5x\", expected a number with a unit such as 30s, 5m or 1h30m")]
    [InlineData("""{"metrics":[{"name":"m","initialDelay":"x","provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: invalid startDelay string: time: invalid duration \"x\", expected a number with a unit such as 30s, 5m or 1h30m")]
    [InlineData("""{"metrics":[{"name":"m","failureLimit":-2,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: failureLimit must be >= 0, or -1 to be disabled")]
    [InlineData("""{"metrics":[{"name":"m","failureLimit":-1,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: failureLimit and consecutiveSuccessLimit cannot both be disabled")]
    [InlineData("""{"metrics":[{"name":"m","consecutiveSuccessLimit":-1,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: consecutiveSuccessLimit must be >= 0")]
    [InlineData("""{"metrics":[{"name":"m","inconclusiveLimit":-1,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: inconclusiveLimit must be >= 0")]
    [InlineData("""{"metrics":[{"name":"m","consecutiveErrorLimit":-1,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: consecutiveErrorLimit must be >= 0")]
    [InlineData("""{"metrics":[{"name":"m","count":1,"failureLimit":2,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0")]
    [InlineData("""{"metrics":[{"name":"m","count":1,"failureLimit":-1,"consecutiveSuccessLimit":2,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: count must be >= consecutiveSuccessLimit")]
    [InlineData("""{"metrics":[{"name":"m","count":1,"inconclusiveLimit":2,"provider":{"a":{}}}]}""", "Analysis spec invalid: metrics[0]: count must be >= inconclusiveLimit")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{}}}],"dryRun":[{"metricName":"other"}]}""", "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{}}}],"dryRun":[{"metricName":"*"}]}""", "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{}}}],"measurementRetention":[{"metricName":"o","limit":1}]}""", "Analysis spec invalid: measurementRetention[0]: Rule didn't match any metric name(s)")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{"q":"{{args.x}}"}}}]}""", "Unable to resolve metric arguments: failed to resolve {{args.x}}")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{}}}],"args":[{"name":"x"}]}""", "Unable to resolve metric arguments: argument \"x\" was not supplied")]
    [InlineData("""{"metrics":[{"name":"m","provider":{"a":{}}}],"args":[{"name":"x","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}""", "Unable to resolve metric arguments: secrets \"s\" not found")]
    public void Run_ThatIsInvalid_EndsInError_MET1to6_ARG8_RUN2(string spec, string message)
    {
        var run = new TestRun(spec);

        run.Pass();

        Assert.Equal((AnalysisPhase.Error, message), (run.Run.Status.Phase, run.Run.Status.Message));
        Assert.NotNull(run.Run.Status.CompletedAt);
        Assert.Equal("Warning AnalysisRunError: Analysis Completed. Result: Error", Assert.Single(run.Events));
        Assert.Empty(run.Measured);
    }

    [Fact]
    public void Arguments_AreReplacedWithEscaping_ARG7()
    {
        var run = new TestRun("""
            {"metrics":[{"name":"m","interval":"1s","count":"{{args.n}}","successCondition":"result == \"{{ args.quoted }}\"","provider":{"test":{"query":"a{{args.quoted}}b{{args.n}}"}}}],
             "args":[{"name":"n","value":"2"},{"name":"quoted","value":"x\ny"}]}
            """);
        var queries = new List<string>();
        run.Source = task =>
        {
            queries.Add(task.Metric.Provider.GetProperty("test").GetProperty("query").GetString()!);
            return Number(1);
        };

        run.Pass();

        Assert.Equal(["ax\nyb2"], queries);
        // A line break inside a string literal of a condition is that expression's error, not a crash.
        Assert.Equal(AnalysisPhase.Error, run.Run.Status.Result("m")!.Measurements[0].Phase);
        Assert.Equal(1, run.Run.Status.Result("m")!.Error);
    }

    [Fact]
    public void Secrets_AreReadForEveryMeasurementAndNeverShown_ARG5_ARG6()
    {
        var run = new TestRun("""
            {"metrics":[{"name":"m","provider":{"test":{"query":"token={{args.token}}"}}}],
             "args":[{"name":"token","value":"plain","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}
            """);
        run.Secret = key => new(key, "hunter2", null);
        string? query = null;
        run.Source = task =>
        {
            query = task.Metric.Provider.GetProperty("test").GetProperty("query").GetString();
            return MeasurementOutcome.Failed("401 for hunter2");
        };

        run.Pass();

        Assert.Equal("token=hunter2", query);
        Assert.Equal("401 for *****", run.Run.Status.Result("m")!.Measurements[0].Message);
        Assert.DoesNotContain("hunter2", run.Status.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Measurement_RecordedByAnotherPass_IsNotCountedTwice()
    {
        var run = Of(Metric("m", "\"interval\":\"1m\""));
        var stale = run.See();
        var task = Assert.IsType<TakeMeasurement>(Assert.Single(AnalysisRunDecider.Decide(stale).Effects)).Task;
        var finished = new FinishedMeasurement(task, Number(1), run.Now, run.Now, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty);
        run.Pass();

        var again = AnalysisRunDecider.Decide(run.See() with { Finished = [finished] });

        Assert.Empty(again.Effects);
        Assert.Equal(TimeSpan.FromMinutes(1), again.LookAgainAfter);
    }

    [Fact]
    public void Measurement_TakenWhileTheRunWasEdited_IsKept()
    {
        var run = Of(Metric("m", "\"interval\":\"1m\""));
        var task = Assert.IsType<TakeMeasurement>(Assert.Single(AnalysisRunDecider.Decide(run.See()).Effects)).Task;
        run.Edit(r => r["spec"]!["terminate"] = true);

        var decision = AnalysisRunDecider.Decide(run.See() with
        {
            Finished = [new(task, Number(7), run.Now, run.Now, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty)],
        });

        var patch = Assert.IsType<PatchRunStatus>(decision.Effects[0]).Patch;
        Assert.Equal("7", patch.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("value").GetString());
        Assert.Equal("Successful", patch.GetProperty("status").GetProperty("phase").GetString());
    }
}
