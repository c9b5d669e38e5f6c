using Bascule.Api.Meta;

namespace Bascule.Api.Validation;

/// <summary>Checks a label selector (VAL-2).</summary>
internal static class SelectorValidation
{
    public static void Check(Findings findings, LabelSelector selector)
    {
        PodTemplateValidation.CheckLabels(findings, selector.MatchLabels, "matchLabels");
        for (var i = 0; i < selector.MatchExpressions.Length; i++)
        {
            var requirement = selector.MatchExpressions[i];
            using var scope = findings.In("matchExpressions", i);
            if (!Names.IsLabelKey(requirement.Key))
                findings.Invalid("key", requirement.Key, Names.LabelKeyRule);
            if (requirement.Operator is "In" or "NotIn" && requirement.Values.IsEmpty)
                findings.Required("values", "must be specified when the operator is In or NotIn");
            if (requirement.Operator is "Exists" or "DoesNotExist" && !requirement.Values.IsEmpty)
                findings.Forbidden("values", "may not be specified when the operator is Exists or DoesNotExist");
            if (requirement.Operator is not ("In" or "NotIn" or "Exists" or "DoesNotExist"))
                findings.Invalid("operator", requirement.Operator, "expected In, NotIn, Exists or DoesNotExist");
        }
    }
}
