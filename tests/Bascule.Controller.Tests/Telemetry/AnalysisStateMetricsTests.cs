using Bascule.Controller.Telemetry;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class AnalysisStateMetricsTests
{
    [Fact]
    public void Run_WithMetrics_IsToldWithThePhaseOfEach_PM14to17()
    {
        var run = Item("run", """
            "spec":{"metrics":[{"name":"rate","provider":{"prometheus":{"query":"q"}}},{"name":"test","provider":{"job":{}}}]},
            "status":{"phase":"Running","metricResults":[{"name":"rate","phase":"Failed","dryRun":true}]}
            """);

        var lines = TestScrape.Of(text => AnalysisStateMetrics.WriteRuns(text, [run]));

        Assert.Contains("""analysis_run_info{namespace="shop",name="run",phase="Running"} 1""", lines);
        Assert.Equal(["Running"], lines.Where(l => l.StartsWith("analysis_run_phase", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)).Select(Phase));
        Assert.Equal(6, lines.Count(l => l.StartsWith("analysis_run_phase", StringComparison.Ordinal)));
        Assert.Contains("""analysis_run_metric_type{namespace="shop",name="run",metric="rate",type="Prometheus"} 1""", lines);
        Assert.Contains("""analysis_run_metric_type{namespace="shop",name="run",metric="test",type="Job"} 1""", lines);
        Assert.Contains("""analysis_run_metric_phase{namespace="shop",name="run",metric="rate",type="Prometheus",dry_run="true",phase="Failed"} 1""", lines);
        Assert.Contains("""analysis_run_metric_phase{namespace="shop",name="run",metric="rate",type="Prometheus",dry_run="true",phase="Pending"} 0""", lines);
    }

    [Fact]
    public void Run_ThatNobodyHasLookedAt_IsPending_PM15()
    {
        var lines = TestScrape.Of(text => AnalysisStateMetrics.WriteRuns(text, [Item("run", "\"spec\":{}")]));

        Assert.Contains("""analysis_run_phase{namespace="shop",name="run",phase="Pending"} 1""", lines);
    }

    [Fact]
    public void Template_OfTheClusterToo_IsToldWithItsProviders_PM19_PM20()
    {
        const string Spec = "\"spec\":{\"metrics\":[{\"name\":\"m\",\"provider\":{\"plugin\":{\"x/y\":{}}}},{\"name\":\"n\",\"provider\":{\"new\":{}}}]}";

        var lines = TestScrape.Of(text => AnalysisStateMetrics.WriteTemplates(text, [Item("t", Spec), Item("c", "\"spec\":{}", @namespace: "")]));

        Assert.Equal(
            [
                """analysis_template_info{namespace="shop",name="t"} 1""",
                """analysis_template_info{namespace="",name="c"} 1""",
                """analysis_template_metric_info{namespace="shop",name="t",type="RPCPlugin",metric="m"} 1""",
                """analysis_template_metric_info{namespace="shop",name="t",type="Unknown Provider",metric="n"} 1""",
            ],
            lines);
    }

    [Fact]
    public void Experiment_HasFivePhases_PM21_PM22()
    {
        var lines = TestScrape.Of(text => AnalysisStateMetrics.WriteExperiments(text, [Item("ex", "\"status\":{\"phase\":\"Successful\"}")]));

        Assert.Equal("""experiment_info{namespace="shop",name="ex",phase="Successful"} 1""", lines[0]);
        Assert.Equal(["Pending 0", "Error 0", "Successful 1", "Running 0", "Inconclusive 0"], lines.Skip(1).Select(l => $"{Phase(l)} {l[^1]}"));
    }

    private static string Phase(string line) => line.Split("phase=\"")[1].Split('"')[0];

    private static KubeObject Item(string name, string rest, string @namespace = "shop") =>
        KubeObject.From(TestObjects.Json($$"""{"metadata":{"name":"{{name}}","namespace":"{{@namespace}}","uid":"u"},{{rest}} }"""));
}
