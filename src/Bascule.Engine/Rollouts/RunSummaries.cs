using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Engine.Rollouts;

/// <summary>One line per metric of a run: how often it was measured, and how near it is to its limits.</summary>
internal static class RunSummaries
{
    public static ImmutableArray<string> Of(AnalysisRunView run) =>
        [.. run.Status.Items("metricResults").Select(result => Line(result, Spec(run, result.Text("name"))))];

    private static JsonElement Spec(AnalysisRunView run, string? metric) =>
        run.Spec.Items("metrics").FirstOrDefault(m => m.Text("name") == metric);

    private static string Line(JsonElement result, JsonElement metric)
    {
        var (count, failed, inconclusive, errors) = (Number(result, "count"), Number(result, "failed"), Number(result, "inconclusive"), Number(result, "error"));
        var line = $"{result.Text("name")}: {count} {(count == 1 ? "measurement" : "measurements")}, {failed} failed of {Limit(metric, "failureLimit")} allowed";
        if (inconclusive > 0)
            line += $", {inconclusive} inconclusive of {Limit(metric, "inconclusiveLimit")} allowed";
        if (errors > 0)
            line += $", {errors} {(errors == 1 ? "error" : "errors")}";
        return line;
    }

    private static int Number(JsonElement result, string name) => result.Int(name) ?? 0;

    private static string Limit(JsonElement metric, string name) => metric.IntOrString(name)?.ToString() ?? "0";
}
