using Bascule.Api.Meta;

namespace Bascule.Api.Validation;

/// <summary>Checks a label selector (VAL-2).</summary>
internal static class SelectorValidation
{
    public static IEnumerable<FieldError> Errors(LabelSelector selector, string path)
    {
        foreach (var (key, value) in selector.MatchLabels)
        {
            if (!Names.IsLabelKey(key))
                yield return FieldError.Invalid($"{path}.matchLabels", key, "a label key must be a name part of at most 63 letters, digits, '-', '_' or '.', optionally after a DNS prefix and '/'");
            if (!Names.IsLabelValue(value))
                yield return FieldError.Invalid($"{path}.matchLabels", value, "a label value must be empty or at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit");
        }

        for (var i = 0; i < selector.MatchExpressions.Length; i++)
        {
            var (requirement, at) = (selector.MatchExpressions[i], $"{path}.matchExpressions[{i}]");
            if (!Names.IsLabelKey(requirement.Key))
                yield return FieldError.Invalid($"{at}.key", requirement.Key, "expected a label key");
            if (requirement.Operator is "In" or "NotIn" && requirement.Values.IsEmpty)
                yield return FieldError.Required($"{at}.values", "must be specified when the operator is In or NotIn");
            if (requirement.Operator is "Exists" or "DoesNotExist" && !requirement.Values.IsEmpty)
                yield return FieldError.Forbidden($"{at}.values", "may not be specified when the operator is Exists or DoesNotExist");
            if (requirement.Operator is not ("In" or "NotIn" or "Exists" or "DoesNotExist"))
                yield return FieldError.Invalid($"{at}.operator", requirement.Operator, "expected In, NotIn, Exists or DoesNotExist");
        }
    }
}
