using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>What to do about an autoscaler's target.</summary>
/// <param name="Replicas">The new size; null to leave it.</param>
/// <param name="Reason">Why, for the event; empty when nothing changes.</param>
/// <param name="Status">The status to write.</param>
internal sealed record AutoscalerPlan(int? Replicas, string Reason, JsonObject Status);

/// <summary>
/// Decides the size of a workload from metrics that a user sets. Pure. Bounds, tolerance, conditions and their words are
/// Kubernetes'; the stabilization window and the scaling policies are not there: a new value acts at once, both ways.
/// </summary>
internal static class AutoscalerDecider
{
    /// <summary>Decides from a snapshot.</summary>
    /// <param name="autoscaler">The HorizontalPodAutoscaler.</param>
    /// <param name="scale">The scale of its target.</param>
    /// <param name="now">The moment of the look.</param>
    public static AutoscalerPlan Decide(KubeObject autoscaler, TargetScale scale, DateTimeOffset now)
    {
        var spec = autoscaler.Root.At("spec");
        var (least, most) = (spec.Int("minReplicas") ?? 1, spec.Int("maxReplicas") ?? 1);
        var metrics = AutoscalerMetric.Of(autoscaler).ToList();
        var current = scale.Wanted;
        var conditions = Conditions.Read(autoscaler.Root.At("status"));
        var (wanted, reason) = (current, "");
        if (current == 0)
        {
            conditions = conditions.With(new("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero", now));
        }
        else if (current > most)
        {
            (wanted, reason) = (most, "Current number of replicas above Spec.MaxReplicas");
        }
        else if (current < least)
        {
            (wanted, reason) = (least, "Current number of replicas below Spec.MinReplicas");
        }
        else if (metrics.Select(m => (Metric: m, Wanted: m.Wanted(current))).Where(m => m.Wanted is not null).OrderByDescending(m => m.Wanted).FirstOrDefault() is { Metric: { } metric, Wanted: { } asked })
        {
            conditions = conditions.With(new("ScalingActive", "True", "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {metric.Description}", now));
            conditions = conditions.With(Limited(asked, least, most, now));
            (wanted, reason) = (Math.Clamp(asked, least, most), $"{metric.Description} {(asked > current ? "above" : "below")} target");
        }
        else
        {
            conditions = conditions.With(new("ScalingActive", "False", "FailedGetMetrics", Unset(metrics), now));
        }

        conditions = conditions.With(wanted != current
            ? new("AbleToScale", "True", "SucceededRescale", $"the HPA controller was able to update the target scale to {wanted.ToString(CultureInfo.InvariantCulture)}", now)
            : new("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size", now));
        var status = new JsonObject
        {
            ["observedGeneration"] = autoscaler.Generation,
            ["currentReplicas"] = current,
            ["desiredReplicas"] = wanted,
            ["currentMetrics"] = new JsonArray([.. metrics.Where(m => m.Current is not null).Select(m => (JsonNode)m.ToJson())]),
            ["conditions"] = conditions.ToJson(),
        };
        if ((wanted != current ? now : autoscaler.Root.At("status").Instant("lastScaleTime")) is { } scaled)
            status["lastScaleTime"] = scaled.ToApiTime();
        return new(wanted != current ? wanted : null, wanted != current ? reason : "", status);
    }

    /// <summary>The status of an autoscaler whose target cannot be read.</summary>
    public static JsonObject Unreachable(KubeObject autoscaler, string why, DateTimeOffset now)
    {
        var status = autoscaler.ToNode()["status"]?.DeepClone() as JsonObject ?? [];
        status["currentReplicas"] ??= 0;
        status["desiredReplicas"] ??= 0;
        status["conditions"] = Conditions.Read(autoscaler.Root.At("status"))
            .With(new("AbleToScale", "False", "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {why}", now)).ToJson();
        return status;
    }

    private static Condition Limited(int asked, int least, int most, DateTimeOffset now) =>
        asked > most ? new("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more than the maximum replica count", now)
        : asked < least ? new("ScalingLimited", "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count", now)
        : new("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range", now);

    private static string Unset(List<AutoscalerMetric> metrics) =>
        $"nothing measures in a sandbox: set the value of a metric by an annotation, {string.Join(" or ", metrics.Select(m => AutoscalerMetric.AnnotationPrefix + m.Name))}";
}
