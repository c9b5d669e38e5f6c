using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>What holds for every run, whatever it measures and whoever ends it.</summary>
public sealed class AnalysisRunPropertyTests
{
    private static readonly string[] Fields =
    [
        "\"interval\":\"7s\"", "\"interval\":\"7s\",\"count\":3", "\"count\":1", "\"initialDelay\":\"20s\"", "\"interval\":\"3s\",\"count\":12,\"failureLimit\":4",
        "\"interval\":\"5s\",\"consecutiveSuccessLimit\":3,\"failureLimit\":-1", "\"interval\":\"5s\",\"count\":8,\"inconclusiveLimit\":2,\"consecutiveErrorLimit\":1",
    ];

    [Fact]
    public void Run_Random_ConvergesAndIsIdempotent()
    {
        for (var seed = 0; seed < 300; seed++)
            Walk(seed);
    }

    private static void Walk(int seed)
    {
        var random = new Random(seed);
        var metrics = Enumerable.Range(0, random.Next(1, 4)).Select(i => TestRun.Metric(
            $"m{i}", $"{Fields[random.Next(Fields.Length)]},\"successCondition\":\"result < 7\",\"failureCondition\":\"result > 8\""));
        var run = new TestRun($$"""{"metrics":[{{string.Join(',', metrics)}}],"dryRun":[{{(random.Next(3) == 0 ? "{\"metricName\":\"m0\"}" : "")}}]}""")
        {
            Source = _ => random.Next(8) == 0 ? MeasurementOutcome.Failed("boom") : TestRun.Number(random.Next(10)),
        };
        var endAt = random.Next(1, 40);
        for (var pass = 0; !run.Run.Status.Phase.IsCompleted(); pass++)
        {
            Assert.True(pass < 60, $"seed {seed}: not complete after {pass} passes");
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
            });
            run.Now += decision.LookAgainAfter ?? TimeSpan.Zero;
        }

        Assert.NotNull(run.Run.Status.CompletedAt);
        Assert.Single(run.Events, e => e.Contains("Analysis Completed", StringComparison.Ordinal));
    }
}
