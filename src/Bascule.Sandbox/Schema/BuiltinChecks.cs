using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What Kubernetes asks of built-in kinds beyond their structure.</summary>
internal static class BuiltinChecks
{
    /// <summary>All violations.</summary>
    public static IEnumerable<FieldError> Find(string kind, JsonObject obj)
    {
        var spec = obj.Object("spec");
        return kind switch
        {
            "Pod" => PodChecks.Spec(spec, "spec"),
            "PodTemplate" => WorkloadChecks.Template(obj.Object("template"), "template"),
            "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" => WorkloadChecks.Workload(kind, spec),
            "Job" => WorkloadChecks.Job(spec, "spec"),
            "CronJob" => WorkloadChecks.Job(spec.Object("jobTemplate").Object("spec"), "spec.jobTemplate.spec"),
            "Service" => ServiceChecks.Service(spec),
            "Ingress" => ServiceChecks.Ingress(spec),
            "HorizontalPodAutoscaler" => ServiceChecks.Autoscaler(spec),
            "CustomResourceDefinition" => DefinitionChecks.Spec(spec),
            _ => [],
        };
    }
}
