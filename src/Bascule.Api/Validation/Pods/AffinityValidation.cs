using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks near what a pod is to run and near what not (VAL-4).</summary>
internal static class AffinityValidation
{
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    public static void Check(Findings findings, JsonElement affinity)
    {
        using var scope = findings.In("affinity");
        using (findings.In("nodeAffinity"))
            Nodes(findings, affinity.Member("nodeAffinity"));
        using (findings.In("podAffinity"))
            Pods(findings, affinity.Member("podAffinity"));
        using (findings.In("podAntiAffinity"))
            Pods(findings, affinity.Member("podAntiAffinity"));
    }

    private static void Nodes(Findings findings, JsonElement nodes)
    {
        if (nodes.MemberOrNull(Required) is { } required && !required.List("nodeSelectorTerms").Any())
            findings.Required($"{Required}.nodeSelectorTerms", "must have at least one term");
        var i = 0;
        foreach (var preference in nodes.List(Preferred))
        {
            using var scope = findings.In(Preferred, i++);
            Weight(findings, preference);
        }
    }

    private static void Pods(Findings findings, JsonElement pods)
    {
        var i = 0;
        foreach (var term in pods.List(Required))
        {
            using var scope = findings.In(Required, i++);
            Term(findings, term);
        }

        i = 0;
        foreach (var preference in pods.List(Preferred))
        {
            using var scope = findings.In(Preferred, i++);
            Weight(findings, preference);
            using var term = findings.In("podAffinityTerm");
            Term(findings, preference.Member("podAffinityTerm"));
        }
    }

    private static void Term(Findings findings, JsonElement term)
    {
        if (term.MemberOrNull("labelSelector") is { } selector)
        {
            using var scope = findings.In("labelSelector");
            SelectorValidation.Check(findings, LabelSelector.Read(selector));
        }

        if (term.Text("topologyKey") is not { Length: > 0 } key)
            findings.Required("topologyKey", "must name a label of nodes");
        else if (!Names.IsLabelKey(key))
            findings.Invalid("topologyKey", key, Names.LabelKeyRule);
    }

    private static void Weight(Findings findings, JsonElement preference)
    {
        if ((preference.Int("weight") ?? 0) is var weight and (< 1 or > 100))
            findings.Invalid("weight", weight, "must be between 1 and 100");
    }
}
