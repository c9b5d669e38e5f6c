using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Workloads;

/// <summary>One metric of an autoscaler: what it aims at, and what a user set as its value now.</summary>
/// <param name="Type">Such as <c>Resource</c>.</param>
/// <param name="Name">Such as <c>cpu</c>.</param>
/// <param name="IsPercent">It aims at a share of what pods request, not at an amount.</param>
/// <param name="Target">What it aims at; 0 when the spec does not say.</param>
/// <param name="Current">The value now; null when nobody set it.</param>
internal sealed record AutoscalerMetric(string Type, string Name, bool IsPercent, double Target, double? Current)
{
    /// <summary>
    /// The annotation of the autoscaler that holds the value of a metric, for lack of anything that measures in a sandbox:
    /// this and the metric's name. Percent for a target of type Utilization, else a quantity.
    /// </summary>
    public const string AnnotationPrefix = "sandbox.bascule.dev/metric.";

    /// <summary>Replicas within this share of the target are left alone, as in Kubernetes.</summary>
    private const double Tolerance = 0.1;

    /// <summary>The field below which a type keeps its settings: <c>containerResource</c> for ContainerResource.</summary>
    private string Field => char.ToLowerInvariant(Type[0]) + Type[1..];

    /// <summary>The metric in the words of conditions and events.</summary>
    public string Description => Type == "Resource" ? $"{Name} resource{(IsPercent ? " utilization (percentage of request)" : "")}" : $"{Type.ToLowerInvariant()} metric {Name}";

    /// <summary>Reads the metrics of an autoscaler, in order.</summary>
    public static IEnumerable<AutoscalerMetric> Of(KubeObject autoscaler)
    {
        foreach (var metric in autoscaler.Root.At("spec").Items("metrics").Where(m => !string.IsNullOrEmpty(m.Text("type"))))
        {
            var read = new AutoscalerMetric(metric.Text("type")!, "", IsPercent: false, 0, null);
            var source = metric.At(read.Field);
            var target = source.At("target");
            var name = source.Text("name") ?? source.At("metric").Text("name") ?? "";
            var isPercent = target.At("averageUtilization").Exists();
            yield return read with
            {
                Name = name,
                IsPercent = isPercent,
                Target = Amount(isPercent ? target.At("averageUtilization") : target.At("averageValue") is { ValueKind: not JsonValueKind.Undefined } average ? average : target.At("value")),
                Current = autoscaler.Annotations.TryGetValue(AnnotationPrefix + name, out var text) ? Quantity.Parse(JsonValue.Create(text)) : null,
            };
        }
    }

    /// <summary>The replicas that bring the metric to its target; null when its value or its target is not known.</summary>
    public int? Wanted(int replicas)
    {
        if (Current is not { } value || Target <= 0)
            return null;
        var ratio = value / Target;
        return Math.Abs(ratio - 1) <= Tolerance ? replicas : (int)Math.Clamp(Math.Ceiling(ratio * replicas), 0, int.MaxValue);
    }

    /// <summary>The metric in <c>status.currentMetrics</c>.</summary>
    public JsonObject ToJson()
    {
        var current = IsPercent ? new JsonObject { ["averageUtilization"] = (int)(Current ?? 0) } : [];
        current[IsPercent ? "averageValue" : Type is "Object" or "External" ? "value" : "averageValue"] = (Current ?? 0).ToString(CultureInfo.InvariantCulture);
        var named = Type is "Resource" or "ContainerResource" ? new JsonObject { ["name"] = Name } : new JsonObject { ["metric"] = new JsonObject { ["name"] = Name } };
        named["current"] = current;
        return new JsonObject { ["type"] = Type, [Field] = named };
    }

    private static double Amount(JsonElement value) => Quantity.Parse(Json.ToNode(value.ValueKind == JsonValueKind.Undefined ? JsonElement.Parse("null") : value)) ?? 0;
}
