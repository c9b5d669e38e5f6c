using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Engine.Analysis;
using Bascule.Kube;

namespace Bascule.Metrics.Jobs;

/// <summary>Makes the Job of a measurement (RUN-21, KEY-12, MP-JOB-02, MP-JOB-03).</summary>
internal static class JobBody
{
    /// <summary>The Job's name becomes a label of its pods.</summary>
    private const int MostNameLength = 63;

    /// <summary>
    /// The name of the Job of a measurement: the same for the same measurement, so that beginning it twice makes one Job.
    /// </summary>
    public static string Name(MeasurementTask task)
    {
        var number = (task.Ordinal + 1).ToString(CultureInfo.InvariantCulture);
        var room = Math.Max(0, MostNameLength - task.RunUid.Length - number.Length - 2);
        var metric = task.Metric.Name;
        // A name may not have a hyphen before a dot; the reference asks for one all the same and is refused.
        return metric.Length <= room ? $"{task.RunUid}.{metric}.{number}" : $"{task.RunUid}.{metric[..room].TrimEnd('-', '.')}.{number}";
    }

    /// <summary>The Job to create.</summary>
    /// <param name="task">The measurement.</param>
    /// <param name="namespace">Where it shall run.</param>
    /// <param name="owned">Whether the run can be its owner.</param>
    public static JsonObject Of(MeasurementTask task, string? @namespace, bool owned)
    {
        var job = task.Metric.Provider.Member("job");
        var spec = job.MemberOrNull("spec") is { } written ? JsonObject.Create(written.Clone())! : [];
        // Pods carry the label, too, so that a controller may watch the pods of its Jobs and no others.
        Child(Child(Child(spec, "template"), "metadata"), "labels")[Labels.AnalysisRunUid] = task.RunUid;
        var labels = Texts(job.Member("metadata"), "labels");
        labels[Labels.AnalysisRunUid] = task.RunUid;
        var annotations = Texts(job.Member("metadata"), "annotations");
        annotations[Annotations.AnalysisRunName] = task.RunName;
        annotations[Annotations.AnalysisRunNamespace] = task.Namespace ?? "";
        annotations[Annotations.AnalysisRunMetricName] = task.Metric.Name;
        var metadata = new JsonObject { ["name"] = Name(task), ["namespace"] = @namespace, ["labels"] = labels, ["annotations"] = annotations };
        if (owned)
            metadata["ownerReferences"] = new JsonArray(Owner(task));
        return new()
        {
            ["apiVersion"] = ResourceTypes.Jobs.ApiVersion,
            ["kind"] = ResourceTypes.Jobs.Kind,
            ["metadata"] = metadata,
            ["spec"] = spec,
        };
    }

    private static JsonObject Owner(MeasurementTask task) => new()
    {
        ["apiVersion"] = "argoproj.io/v1alpha1",
        ["kind"] = "AnalysisRun",
        ["name"] = task.RunName,
        ["uid"] = task.RunUid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    private static JsonObject Texts(JsonElement metadata, string field) =>
        new(metadata.Map(field).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }
}
