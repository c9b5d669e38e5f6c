using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Analysis.Effects;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>What holds for every run, whatever it measures, whoever ends it, and whatever somebody did to its status.</summary>
public sealed class AnalysisRunPropertyTests
{
    private static readonly string[] Fields =
    [
        "\"interval\":\"7s\"", "\"interval\":\"7s\",\"count\":3", "\"count\":1", "\"initialDelay\":\"20s\"", "\"interval\":\"3s\",\"count\":12,\"failureLimit\":4",
        "\"interval\":\"5s\",\"consecutiveSuccessLimit\":3,\"failureLimit\":-1", "\"interval\":\"5s\",\"count\":8,\"inconclusiveLimit\":2,\"consecutiveErrorLimit\":1",
    ];

    private static readonly string[] Damages =
    [
        "null", "{}", "[]", "\"\"", "\"Successful\"", "\"Running\"", "\"Odd\"", "7", "-3", "true", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"",
        "\"2026-05-04T12:00:00Z\"", "[{}]", "[{\"phase\":\"Running\"}]", "[{\"phase\":\"Successful\",\"finishedAt\":\"2030-01-01T00:00:00Z\"}]",
    ];

    [Fact]
    public void Run_Random_ConvergesAndIsIdempotent()
    {
        for (var seed = 0; seed < 400; seed++)
            Walk(seed);
    }

    [Fact]
    public void Decision_ForAnyObservation_NeverWaitsForNothing()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var run = Make(random);
            run.Edit(r => r["status"] = Status(random));
            for (var i = random.Next(4); i > 0; i--)
                run.Edit(r => Damage(r, random));
            run.Now += TimeSpan.FromSeconds(random.Next(-100_000, 100_000));
            var seen = run.See();

            var decision = AnalysisRunDecider.Decide(seen);

            Assert.True(
                !decision.Effects.IsEmpty || decision.LookAgainAfter is not null || seen.Run.Status.Phase.IsCompleted(),
                $"seed {seed}: no effect, no look-again, not complete");
            Assert.True(decision.LookAgainAfter is null || decision.LookAgainAfter >= TimeSpan.Zero, $"seed {seed}: looks again in the past");
            Assert.False(decision.Reasons.IsEmpty, $"seed {seed}: no reason");
            Assert.Equal(Shape(decision), Shape(AnalysisRunDecider.Decide(seen)));
        }
    }

    [Fact]
    public void Run_DamagedInFlight_StillEnds()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var random = new Random(seed);
            var run = Make(random);
            var damageAt = random.Next(6);
            for (var pass = 0; pass < damageAt && !run.Run.Status.Phase.IsCompleted(); pass++)
                run.Now += run.Pass().LookAgainAfter ?? TimeSpan.Zero;
            run.Edit(r => Damage(r["status"]?.AsObject() ?? [], random));
            // A run without a count goes on for ever by itself.
            run.Edit(r => (r["spec"] as JsonObject)?["terminate"] = true);
            for (var pass = 0; !run.Run.Status.Phase.IsCompleted(); pass++)
            {
                Assert.True(pass < 10, $"seed {seed}: not complete after {pass} passes: {run.Status.ToJsonString()}");
                var decision = run.Pass();
                if (run.Run.Status.Phase.IsCompleted())
                    break;
                run.Now += decision.LookAgainAfter ?? throw new InvalidOperationException($"seed {seed}: waits for nothing");
            }
        }
    }

    [Fact]
    public void Decision_AtRest_AllocatesLittle()
    {
        var run = TestRun.Of(TestRun.Metric("a", "\"interval\":\"5m\""), TestRun.Metric("b", "\"interval\":\"5m\",\"count\":10"));
        run.Pass();
        var seen = run.See();
        AnalysisRunDecider.Decide(seen);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            AnalysisRunDecider.Decide(seen);

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(each < 6_000, $"{each} bytes for a look at two metrics that are not due");
    }

    private static TestRun Make(Random random)
    {
        var metrics = Enumerable.Range(0, random.Next(1, 4)).Select(i => TestRun.Metric(
            $"m{i}", $"{Fields[random.Next(Fields.Length)]},\"successCondition\":\"result < 7\",\"failureCondition\":\"result > 8\""));
        var run = new TestRun($$"""
            {"metrics":[{{string.Join(',', metrics)}}],"dryRun":[{{(random.Next(3) == 0 ? "{\"metricName\":\"m0\"}" : "")}}],"ttlStrategy":{{(random.Next(4) == 0 ? "{\"secondsAfterCompletion\":30}" : "null")}} }
            """);
        run.Source = task => random.Next(8) switch
        {
            0 => MeasurementOutcome.Failed("boom"),
            1 => MeasurementOutcome.UnderWay(run.Now.AddSeconds(random.Next(1, 9)), task.Unfinished?.Metadata),
            2 when task.Unfinished is not null => MeasurementOutcome.Ended(AnalysisPhase.Failed, "why"),
            _ => TestRun.Number(random.Next(10)),
        };
        return run;
    }

    private static void Walk(int seed)
    {
        var random = new Random(seed);
        var run = Make(random);
        var endAt = random.Next(1, 40);
        for (var pass = 0; !run.Run.Status.Phase.IsCompleted(); pass++)
        {
            Assert.True(pass < 120, $"seed {seed}: not complete after {pass} passes");
            if (pass == endAt)
                run.Edit(r => r["spec"]!["terminate"] = true);
            var decision = run.Pass();
            var measured = run.Measured.Count;
            if (decision.LookAgainAfter != TimeSpan.Zero)
            {
                var again = run.Pass();
                Assert.True(again.Effects.IsEmpty && measured == run.Measured.Count, $"seed {seed}: pass {pass} was not the fixpoint");
            }

            Assert.All(run.Run.Status.MetricResults, r =>
            {
                Assert.Equal(r.Count, r.Successful + r.Failed + r.Inconclusive);
                Assert.InRange(r.Measurements.Length, 1, 10);
                Assert.All(r.Measurements.SkipLast(1), m => Assert.NotNull(m.FinishedAt));
            });
            Assert.All(
                run.Run.Status.MetricResults.Where(r => r.Phase == AnalysisPhase.Successful),
                r => Assert.True(r.Count > 0, $"seed {seed}: a success without a measurement that could be judged"));
            run.Now += decision.LookAgainAfter ?? TimeSpan.Zero;
        }

        Assert.NotNull(run.Run.Status.CompletedAt);
        Assert.Single(run.Events, e => e.Contains("Analysis Completed", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Run.Status.MetricResults, r => r.LastMeasurement is { FinishedAt: null });
    }

    /// <summary>A status as some pass could have left it, more or less.</summary>
    private static JsonObject Status(Random random) => new()
    {
        ["phase"] = random.Next(4) == 0 ? "" : "Running",
        ["startedAt"] = "2026-05-04T12:00:00Z",
        ["metricResults"] = new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(i => (JsonNode)new JsonObject
        {
            ["name"] = $"m{i}",
            ["phase"] = random.Next(4) == 0 ? "Successful" : "Running",
            ["count"] = random.Next(12),
            ["error"] = random.Next(3),
            ["measurements"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)new JsonObject
            {
                ["phase"] = random.Next(3) == 0 ? "Error" : "Successful",
                ["finishedAt"] = random.Next(5) == 0 ? null : "2026-05-04T12:00:00Z",
            })]),
        })]),
    };

    /// <summary>Replaces something, somewhere below, by something else.</summary>
    private static void Damage(JsonObject below, Random random)
    {
        if (below.Count == 0)
            return;
        var (name, value) = below.ElementAt(random.Next(below.Count));
        if (name is "metadata")
            return;
        if (value is JsonObject inner && random.Next(3) > 0)
            Damage(inner, random);
        else if (value is JsonArray { Count: > 0 } list && random.Next(3) > 0 && list[random.Next(list.Count)] is JsonObject item)
            Damage(item, random);
        else
            below[name] = JsonNode.Parse(Damages[random.Next(Damages.Length)]);
    }

    private static string Shape(AnalysisDecision decision) => string.Create(
        CultureInfo.InvariantCulture,
        $"{decision.LookAgainAfter} {string.Join(' ', decision.Effects.Select(e => e is PatchRunStatus patch ? patch.Patch.GetRawText() : e.GetType().Name))} {string.Join(' ', decision.Reasons)}");
}
