using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using static Bascule.Engine.Tests.Analysis.TestRun;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>Where the reference says too little, too much, or nothing for ever.</summary>
public sealed class AnalysisRunHonestyTests
{
    [Fact]
    public void Run_WhoseEveryMeasurementErred_IsNoSuccessWhenItIsTerminated_RUN8()
    {
        var run = Of(Metric("m", "\"interval\":\"1m\""));
        run.Source = _ => MeasurementOutcome.Failed("no route");
        run.Pass();
        run.Now += TimeSpan.FromSeconds(10);
        run.Pass();
        run.Edit(r => r["spec"]!["terminate"] = true);

        run.Pass();

        Assert.Equal(AnalysisPhase.Error, run.Run.Status.Phase);
        Assert.Equal("Metric \"m\" assessed Error due to errors (2) in every measurement: \"Error Message: no route\"", run.Run.Status.Message);
        Assert.Equal(new RunSummary { Count = 1, Error = 1 }, run.Run.Status.RunSummary);
    }

    [Fact]
    public void Run_WithOneGoodMeasurementAmongErrors_IsASuccessWhenItIsTerminated_RUN8()
    {
        var run = Of(Metric("m", "\"interval\":\"1m\""));
        var first = true;
        run.Source = _ => first ? Number(1) : MeasurementOutcome.Failed("no route");
        run.Pass();
        first = false;
        run.Now += TimeSpan.FromMinutes(1);
        run.Pass();
        run.Edit(r => r["spec"]!["terminate"] = true);

        run.Pass();

        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Phase);
    }

    [Fact]
    public void Summary_OfAMetricThatFailedForWantOfSuccesses_CountsAFailure_AT3_RUN10()
    {
        var run = Of(Metric("m", "\"interval\":\"1s\",\"count\":2,\"consecutiveSuccessLimit\":2,\"failureLimit\":-1,\"successCondition\":\"false\""));

        run.ToTheEnd();

        Assert.Equal(AnalysisPhase.Failed, run.Run.Status.Phase);
        Assert.Equal(new RunSummary { Count = 1, Failed = 1 }, run.Run.Status.RunSummary);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("message")]
    [InlineData("metadata")]
    public void Status_OfATalkativeProvider_StaysSmall(string where)
    {
        var run = new TestRun($$"""{"metrics":[{{Metric("m", "\"interval\":\"1s\",\"consecutiveErrorLimit\":1000")}}],"measurementRetention":[{"metricName":"m","limit":100000}]}""");
        var text = new string('x', 1_000_000);
        run.Source = _ => where switch
        {
            "value" => Text(text),
            "message" => MeasurementOutcome.Failed(text),
            _ => MeasurementOutcome.Measured(Value.Absent, "", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("warnings", text)),
        };
        for (var i = 0; i < 300; i++)
        {
            run.Pass();
            run.Now += TimeSpan.FromSeconds(10);
        }

        var size = run.Status.ToJsonString().Length;
        Assert.InRange(size, 200_000, 500_000);
        var result = run.Run.Status.Result("m")!;
        Assert.Equal(300, result.Finished);
        Assert.Equal(300 - result.Measurements.Length, run.Forgotten.Count);
        Assert.Contains("... (1000000 characters)", run.Status.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_CutWithinASurrogatePair_StaysText()
    {
        for (var i = 0; i < 3; i++)
        {
            var cut = StatusBounds.Cut(new string('x', i) + string.Concat(Enumerable.Repeat("😀", 5_000)));

            Assert.InRange(cut.Length, StatusBounds.MostText - 1, StatusBounds.MostText);
            Assert.Equal(cut, JsonElement.Parse(JsonSerializer.Serialize(cut)).GetString());
        }
    }

    [Theory]
    [InlineData("hunter2", "401 for hunter2")]
    [InlineData("p@ss word/&=", "GET http://x/?token=p%40ss%20word%2F%26%3D failed")]
    [InlineData("say \"hi\" \\ there", "{\"sent\": \"say \\\"hi\\\" \\\\ there\"}")]
    [InlineData("a<b>é", "{\"sent\": \"a\\u003Cb\\u003E\\u00E9\"}")]
    [InlineData("x", "xxx")]
    public void Secrets_AreInNothingThatIsWritten_ARG6(string secret, string quoted)
    {
        foreach (var outcome in (MeasurementOutcome[])[
            MeasurementOutcome.Failed(quoted),
            Text(quoted),
            MeasurementOutcome.Ended(AnalysisPhase.Failed, quoted),
            MeasurementOutcome.Measured(new Value.Text(quoted), "", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("Z", quoted)),
            MeasurementOutcome.UnderWay(new DateTimeOffset(2026, 5, 4, 12, 1, 0, TimeSpan.Zero), System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("Z", quoted))])
        {
            var run = new TestRun("""
                {"metrics":[{"name":"M","successCondition":"result == '{{args.T}}' || nonsense > 1","consecutiveErrorLimit":0,"provider":{"TEST":{"Q":"{{args.T}}"}}}],
                 "args":[{"name":"T","valueFrom":{"secretKeyRef":{"name":"S","key":"K"}}}]}
                """);
            run.Secret = key => new(key, secret, null);
            run.Source = _ => outcome;
            var reasons = "";
            for (var pass = 0; pass < 3; pass++)
            {
                reasons += string.Concat(run.Pass().Reasons);
                run.Now += TimeSpan.FromMinutes(1);
            }

            // Names in this test are capitals, and fields of a status have no such quotations.
            var everything = run.Status.ToJsonString() + string.Concat(run.Written) + string.Concat(run.Events) + reasons;
            Assert.DoesNotContain(quoted, everything, StringComparison.Ordinal);
            if (secret.Length > 1)
                Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("1ms")]
    public void Interval_ShorterThanAStatusKeeps_IsASecond(string interval)
    {
        var run = Of(Metric("m", $"\"interval\":\"{interval}\""));

        Assert.Equal(TimeSpan.FromSeconds(1), run.Pass().LookAgainAfter);
        Assert.Equal(TimeSpan.FromSeconds(1), run.Pass().LookAgainAfter);
        Assert.Single(run.Measured);
    }

    [Theory]
    [InlineData("\"finishedAt\":\"9999-12-31T23:59:59Z\"")]
    [InlineData("\"finishedAt\":\"2027-01-01T00:00:00Z\"")]
    [InlineData("\"resumeAt\":\"9999-12-31T23:59:59Z\"")]
    public void Measurement_OfAClockThatWasWrong_DoesNotStopTheRun(string damage)
    {
        var run = new TestRun(
            $$"""{"metrics":[{{Metric("m", "\"interval\":\"1m\"")}}]}""",
            $$"""{"phase":"Running","startedAt":"9999-12-31T23:59:59Z","metricResults":[{"name":"m","phase":"Running","count":1,"successful":1,"measurements":[{"phase":"Successful","startedAt":"2026-05-04T12:00:00Z",{{damage}} }]}]}""");

        Assert.Equal(TimeSpan.FromMinutes(1), run.Pass().LookAgainAfter);

        Assert.Equal(["m at 0"], run.Measured);
        Assert.Equal(run.Now, run.Run.Status.StartedAt);
    }

    [Fact]
    public void Measurement_FinishedButNeverJudged_DoesNotHoldTheMetric()
    {
        var run = new TestRun(
            $$"""{"metrics":[{{Metric("m")}}]}""",
            """{"phase":"Running","startedAt":"2026-05-04T12:00:00Z","metricResults":[{"name":"m","phase":"Running","count":1,"measurements":[{"phase":"Odd","finishedAt":"2026-05-04T12:00:00Z"}]}]}""");

        run.Pass();

        Assert.Equal(AnalysisPhase.Successful, run.Run.Status.Phase);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2031-01-01T00:00:00Z")]
    public void Run_CompletedWithoutAnHonestTime_IsDeletedAllTheSame_RUN2_RUN19_GC5(string? completedAt)
    {
        var run = new TestRun(
            $$"""{"metrics":[{{Metric("m")}}],"ttlStrategy":{"secondsAfterCompletion":30} }""",
            $$"""{"phase":"Error","message":"Analysis spec invalid: ..."{{(completedAt is null ? "" : $",\"completedAt\":\"{completedAt}\"")}} }""");

        Assert.Equal(TimeSpan.FromSeconds(31), run.Pass().LookAgainAfter);
        Assert.Equal(run.Now, run.Run.Status.CompletedAt);
        run.Now += TimeSpan.FromSeconds(31);
        run.Pass();

        Assert.True(run.Deleted);
    }

    [Fact]
    public void Condition_ThatComparesWithASecret_IsJudgedByItsValue_ARG5_ARG7()
    {
        var run = new TestRun("""
            {"metrics":[{"name":"m","successCondition":"result == '{{args.token}}'","provider":{"test":{}}}],"args":[{"name":"token","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}
            """);
        run.Secret = key => new(key, "open sesame", null);
        run.Source = _ => Text("open sesame");

        run.ToTheEnd();

        Assert.Equal((AnalysisPhase.Successful, "*****"), (run.Run.Status.Phase, run.Run.Status.Result("m")!.Measurements[0].Value));
    }
}
