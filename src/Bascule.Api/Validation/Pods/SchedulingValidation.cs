using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks how a pod is spread over nodes and what it tolerates (VAL-4).</summary>
internal static class SchedulingValidation
{
    public static void Check(Findings findings, JsonElement spec)
    {
        var i = 0;
        foreach (var toleration in spec.List("tolerations"))
        {
            using var scope = findings.In("tolerations", i++);
            Toleration(findings, toleration);
        }

        HashSet<string>? pairs = null;
        i = 0;
        foreach (var constraint in spec.List("topologySpreadConstraints"))
        {
            using var scope = findings.In("topologySpreadConstraints", i++);
            Spread(findings, constraint, pairs ??= new(StringComparer.Ordinal));
        }
    }

    private static void Toleration(Findings findings, JsonElement toleration)
    {
        var (key, @operator, value, effect) = (toleration.Text("key") ?? "", toleration.Text("operator") ?? "", toleration.Text("value") ?? "", toleration.Text("effect") ?? "");
        if (key.Length > 0 && !Names.IsLabelKey(key))
            findings.Invalid("key", key, Names.LabelKeyRule);
        if (key.Length == 0 && @operator != "Exists")
            findings.Invalid("operator", @operator, "must be Exists when there is no key");
        if (toleration.Long("tolerationSeconds") is not null && effect != "NoExecute")
            findings.Invalid("effect", effect, "must be NoExecute when tolerationSeconds is set");
        if (@operator is "" or "Equal" && !Names.IsLabelValue(value))
            findings.Invalid("operator", value, Names.LabelValueRule);
        if (@operator == "Exists" && value.Length > 0)
            findings.Invalid("operator", value, "there must be no value when the operator is Exists");
        findings.OneOf("effect", effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    }

    private static void Spread(Findings findings, JsonElement constraint, HashSet<string> pairs)
    {
        var (skew, key, otherwise) = (constraint.Int("maxSkew") ?? 0, constraint.Text("topologyKey") ?? "", constraint.Text("whenUnsatisfiable") ?? "");
        if (skew <= 0)
            findings.Invalid("maxSkew", skew, "must be greater than 0");
        if (key.Length == 0)
            findings.Required("topologyKey", "must name a label of nodes");
        if (otherwise.Length == 0)
            findings.Required("whenUnsatisfiable", "must be DoNotSchedule or ScheduleAnyway");
        findings.OneOf("whenUnsatisfiable", otherwise, ["DoNotSchedule", "ScheduleAnyway"]);
        if (!pairs.Add($"{{{key}, {otherwise}}}"))
            findings.Duplicate("{topologyKey, whenUnsatisfiable}", $"{{{key}, {otherwise}}}", "each pair may occur once");
    }
}
