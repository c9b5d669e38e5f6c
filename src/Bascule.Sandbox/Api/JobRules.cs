using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>
/// A Job's pods are told from all others by its uid: unless <c>spec.manualSelector</c> asks to leave that to the user, the
/// selector and the labels are generated.
/// </summary>
internal sealed class JobRules : KindRules
{
    /// <summary>The label with the Job's uid.</summary>
    public const string UidLabel = "batch.kubernetes.io/controller-uid";

    /// <summary>The label with the Job's name.</summary>
    public const string NameLabel = "batch.kubernetes.io/job-name";

    private static readonly WorkloadRules s_workload = new(["spec.completions", "spec.selector", "spec.template", "spec.completionMode", "spec.backoffLimitPerIndex", "spec.managedBy"]);

    // Unprefixed, as they were before Kubernetes 1.27; scripts still select by them.
    private static readonly string[] s_uidLabels = [UidLabel, "controller-uid"];
    private static readonly string[] s_nameLabels = [NameLabel, "job-name"];

    public override void Create(JsonObject obj, RuleContext context)
    {
        s_workload.Create(obj, context);
        if (obj.Object("spec") is not { } spec || spec.Boolean("manualSelector") == true || spec.Object("template") is not { } template)
            return;
        var metadata = MetadataRules.Of(obj);
        var labels = Child(Child(template, "metadata"), "labels");
        var jobFollowsTemplate = metadata.Object("labels") is not { Count: > 0 } own || JsonNode.DeepEquals(own, labels);
        var uid = metadata.String("uid") ?? "";
        foreach (var label in s_uidLabels)
            Absent(labels, label, uid);
        foreach (var label in s_nameLabels)
            Absent(labels, label, metadata.String("name") ?? "");
        if (spec.Object("selector") is null)
            spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [UidLabel] = uid } };
        if (jobFollowsTemplate)
            metadata["labels"] = labels.DeepClone();
    }

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        if (old is not null)
            return s_workload.Refuse(next, old);
        var spec = next.Object("spec");
        return spec.Boolean("manualSelector") == true ? [] : Generated(spec, MetadataRules.Of(next));
    }

    /// <summary>What a user wrote by hand must be what would have been generated.</summary>
    private static IEnumerable<FieldError> Generated(JsonObject? spec, JsonObject metadata)
    {
        var labels = spec.Object("template").Object("metadata").Object("labels");
        foreach (var (label, expected) in s_uidLabels.Select(l => (l, metadata.String("uid"))).Concat(s_nameLabels.Select(l => (l, metadata.String("name")))))
        {
            if (labels.String(label) is { } found && found != expected)
                yield return FieldError.Invalid($"spec.template.metadata.labels[{label}]", found, $"must be '{expected}'");
        }

        if (spec.Object("selector").Object("matchLabels") is { } selector && (selector.Count != 1 || selector.String(UidLabel) != metadata.String("uid")))
            yield return FieldError.Invalid("spec.selector", spec.Object("selector")?.DeepClone(), "`selector` not auto-generated");
    }

    private static void Absent(JsonObject labels, string label, string value)
    {
        if (labels[label] is null)
            labels[label] = value;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }
}
