using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>The gauges that tell how analyses stand (PM-14 to PM-17, PM-19 to PM-22).</summary>
internal static class AnalysisStateMetrics
{
    private static readonly AnalysisPhase[] RunPhases =
        [AnalysisPhase.Pending, AnalysisPhase.Error, AnalysisPhase.Failed, AnalysisPhase.Successful, AnalysisPhase.Running, AnalysisPhase.Inconclusive];

    /// <summary>An Experiment's phases without Failed, which the dashboards never had (PM-22).</summary>
    private static readonly AnalysisPhase[] ExperimentPhases =
        [AnalysisPhase.Pending, AnalysisPhase.Error, AnalysisPhase.Successful, AnalysisPhase.Running, AnalysisPhase.Inconclusive];

    /// <summary>Writes those of AnalysisRuns.</summary>
    public static void WriteRuns(MetricsText text, IReadOnlyList<KubeObject> runs)
    {
        Phases(text, "analysis_run", "AnalysisRun", runs, RunPhases);
        Measured(text, runs);
    }

    /// <summary>Writes those of Experiments.</summary>
    public static void WriteExperiments(MetricsText text, IReadOnlyList<KubeObject> experiments) => Phases(text, "experiment", "Experiment", experiments, ExperimentPhases);

    /// <summary>Writes those of templates, of a namespace or of the cluster.</summary>
    public static void WriteTemplates(MetricsText text, IReadOnlyList<KubeObject> templates)
    {
        text.Metric("analysis_template_info", "gauge", "Information about the AnalysisTemplate or, without a namespace, ClusterAnalysisTemplate; always 1.");
        foreach (var template in templates)
            text.Value(1, ("namespace", template.Namespace ?? ""), ("name", template.Name));
        text.Metric("analysis_template_metric_info", "gauge", "Where a metric of the template is measured; always 1.");
        foreach (var template in templates)
        {
            foreach (var metric in template.Root.Member("spec").Items("metrics"))
                text.Value(1, ("namespace", template.Namespace ?? ""), ("name", template.Name), ("type", ProviderTypes.Of(metric)), ("metric", metric.Text("name") ?? ""));
        }
    }

    private static void Phases(MetricsText text, string prefix, string kind, IReadOnlyList<KubeObject> objects, AnalysisPhase[] phases)
    {
        text.Metric($"{prefix}_info", "gauge", $"Information about the {kind}; always 1.");
        foreach (var item in objects)
            text.Value(1, ("namespace", item.Namespace ?? ""), ("name", item.Name), ("phase", PhaseOf(item.Root.Member("status")).Text()));
        text.Metric($"{prefix}_phase", "gauge", $"1 for the phase that the {kind} is in. Deprecated: use {prefix}_info.");
        foreach (var item in objects)
        {
            var now = PhaseOf(item.Root.Member("status"));
            foreach (var phase in phases)
                text.Value(Is(now, phase), ("namespace", item.Namespace ?? ""), ("name", item.Name), ("phase", phase.Text()));
        }
    }

    private static void Measured(MetricsText text, IReadOnlyList<KubeObject> runs)
    {
        text.Metric("analysis_run_metric_type", "gauge", "Where a metric of the AnalysisRun is measured; always 1.");
        foreach (var run in runs)
        {
            foreach (var metric in run.Root.Member("spec").Items("metrics"))
                text.Value(1, ("namespace", run.Namespace ?? ""), ("name", run.Name), ("metric", metric.Text("name") ?? ""), ("type", ProviderTypes.Of(metric)));
        }

        text.Metric("analysis_run_metric_phase", "gauge", "1 for the phase that a metric of the AnalysisRun is in.");
        foreach (var run in runs)
        {
            var types = run.Root.Member("spec").Items("metrics").DistinctBy(m => m.Text("name")).ToDictionary(m => m.Text("name") ?? "", ProviderTypes.Of, StringComparer.Ordinal);
            foreach (var result in run.Root.Member("status").Items("metricResults"))
            {
                var name = result.Text("name") ?? "";
                var now = PhaseOf(result);
                foreach (var phase in RunPhases)
                {
                    text.Value(
                        Is(now, phase),
                        ("namespace", run.Namespace ?? ""),
                        ("name", run.Name),
                        ("metric", name),
                        ("type", types.GetValueOrDefault(name, ProviderTypes.Unknown)),
                        ("dry_run", result.Bool("dryRun") == true ? "true" : "false"),
                        ("phase", phase.Text()));
                }
            }
        }
    }

    private static AnalysisPhase PhaseOf(JsonElement status) => AnalysisPhases.Parse(status.Text("phase"));

    /// <summary>What nobody has looked at yet is pending.</summary>
    private static double Is(AnalysisPhase now, AnalysisPhase phase) => now == phase || (now == AnalysisPhase.None && phase == AnalysisPhase.Pending) ? 1 : 0;
}
