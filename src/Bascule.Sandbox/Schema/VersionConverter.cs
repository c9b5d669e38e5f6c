using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// Moves an object between the versions of its resource. Custom resources change their apiVersion only (conversion
/// strategy None); the built-in kinds with several shapes are ingresses, autoscalers and events.
/// </summary>
internal static class VersionConverter
{
    /// <summary>The object in the other version; the same instance when both are the same type.</summary>
    public static JsonObject Convert(JsonObject obj, ResourceType from, ResourceType to)
    {
        if (from == to)
            return obj;
        var converted = (JsonObject)obj.DeepClone();
        converted["apiVersion"] = to.ApiVersion;
        switch (from.ApiVersion, to.ApiVersion, to.Kind)
        {
            case ("extensions/v1beta1", _, "Ingress"):
                Backends(converted, ModernBackend);
                Rename(converted.Object("spec"), "backend", "defaultBackend");
                break;
            case (_, "extensions/v1beta1", "Ingress"):
                Rename(converted.Object("spec"), "defaultBackend", "backend");
                Backends(converted, LegacyBackend);
                break;
            case ("autoscaling/v1", _, "HorizontalPodAutoscaler"):
                ModernAutoscaler(converted);
                break;
            case (_, "autoscaling/v1", "HorizontalPodAutoscaler"):
                LegacyAutoscaler(converted);
                break;
            case ("events.k8s.io/v1", _, "Event"):
                foreach (var (modern, core) in EventFields)
                    Rename(converted, modern, core);
                break;
            case (_, "events.k8s.io/v1", "Event"):
                foreach (var (modern, core) in EventFields)
                    Rename(converted, core, modern);
                break;
        }

        return converted;
    }

    private static (string Modern, string Core)[] EventFields { get; } =
    [
        ("regarding", "involvedObject"),
        ("note", "message"),
        ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"),
        ("deprecatedCount", "count"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
    ];

    private static void Backends(JsonObject ingress, Action<JsonObject> change)
    {
        var spec = ingress.Object("spec");
        if (spec.Object("backend") is { } fallback)
            change(fallback);
        foreach (var rule in (spec.Array("rules") ?? []).OfType<JsonObject>())
        {
            foreach (var path in (rule.Object("http").Array("paths") ?? []).OfType<JsonObject>())
            {
                if (path.Object("backend") is { } backend)
                    change(backend);
            }
        }
    }

    private static void ModernBackend(JsonObject backend)
    {
        if (backend.String("serviceName") is not { } name)
            return;
        var port = backend["servicePort"];
        backend.Remove("serviceName");
        backend.Remove("servicePort");
        backend["service"] = new JsonObject
        {
            ["name"] = name,
            ["port"] = port?.GetValueKind() == JsonValueKind.String ? new JsonObject { ["name"] = port.DeepClone() } : new JsonObject { ["number"] = port?.DeepClone() },
        };
    }

    private static void LegacyBackend(JsonObject backend)
    {
        if (backend.Object("service") is not { } service)
            return;
        backend.Remove("service");
        backend["serviceName"] = service.String("name");
        backend["servicePort"] = (service.Object("port")?["number"] ?? service.Object("port")?["name"])?.DeepClone();
    }

    private static void ModernAutoscaler(JsonObject autoscaler)
    {
        if (autoscaler.Object("spec") is not { } spec)
            return;
        if (spec.Integer("targetCPUUtilizationPercentage") is { } percent)
        {
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = percent } },
            });
        }

        spec.Remove("targetCPUUtilizationPercentage");
        autoscaler.Object("status")?.Remove("currentCPUUtilizationPercentage");
    }

    private static void LegacyAutoscaler(JsonObject autoscaler)
    {
        if (autoscaler.Object("spec") is { } spec)
        {
            var cpu = (spec.Array("metrics") ?? []).OfType<JsonObject>().Select(m => m.Object("resource")).FirstOrDefault(r => r.String("name") == "cpu");
            spec.Remove("metrics");
            spec.Remove("behavior");
            if (cpu.Object("target").Integer("averageUtilization") is { } percent)
                spec["targetCPUUtilizationPercentage"] = percent;
        }

        autoscaler.Object("status")?.Remove("currentMetrics");
        autoscaler.Object("status")?.Remove("conditions");
    }

    private static void Rename(JsonObject? parent, string from, string to)
    {
        if (parent is null || !parent.Remove(from, out var value))
            return;
        parent[to] = value;
    }
}
