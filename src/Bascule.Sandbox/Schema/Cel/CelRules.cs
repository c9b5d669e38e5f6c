using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema.Cel;

/// <summary>
/// Checks <c>x-kubernetes-validations</c>. A rule that uses a part of the language that is not here is taken to hold: the
/// sandbox would rather accept what a real cluster refuses than refuse what it accepts.
/// </summary>
internal static class CelRules
{
    private static readonly ConcurrentDictionary<string, CelNode?> s_compiled = new(StringComparer.Ordinal);

    /// <summary>True when the language of a rule is understood.</summary>
    public static bool IsUnderstood(string rule) => Compiled(rule) is not null;

    /// <summary>All rules of a schema that an object breaks.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="old">The stored object, for rules about changes; null at creation.</param>
    /// <param name="schema">The schema.</param>
    public static IEnumerable<FieldError> Broken(JsonObject obj, JsonObject? old, StructuralSchema schema)
    {
        var errors = new List<FieldError>();
        Walk(obj, old, schema, new FieldCursor(), errors);
        return errors;
    }

    private static void Walk(JsonNode node, JsonNode? old, StructuralSchema schema, FieldCursor at, List<FieldError> errors)
    {
        foreach (var rule in schema.Rules)
        {
            if (Failure(rule, node, old) is { } message)
                errors.Add(Error(rule, node, at.ToString(), message));
        }

        switch (node)
        {
            case JsonObject obj:
                foreach (var (name, value) in obj)
                {
                    if (value is null || schema.Child(name) is not { } child)
                        continue;
                    at.Enter(name);
                    Walk(value, (old as JsonObject)?[name], child, at, errors);
                    at.Leave();
                }

                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is not { } item)
                        continue;
                    at.Enter(i);
                    Walk(item, SameItem(item, old as JsonArray, schema), items, at, errors);
                    at.Leave();
                }

                break;
        }
    }

    /// <summary>Only the items of a list map can be followed from one version to the next.</summary>
    private static JsonObject? SameItem(JsonNode item, JsonArray? old, StructuralSchema schema) =>
        schema.ListType == ListTopology.Map && item is JsonObject obj
            ? (old ?? []).OfType<JsonObject>().FirstOrDefault(o => schema.ListMapKeys.All(k => JsonNode.DeepEquals(o[k], obj[k])))
            : null;

    /// <summary>The message when the rule fails; null when it holds.</summary>
    private static string? Failure(ValidationRule rule, JsonNode node, JsonNode? old)
    {
        if (rule.Rule.Contains("oldSelf", StringComparison.Ordinal) && old is null)
            return null;
        if (Compiled(rule.Rule) is not { } expression)
            return null;
        var scope = new CelScope("self", CelValues.Plain(node), new CelScope("oldSelf", CelValues.Plain(old), null));
        try
        {
            return CelValues.Truth(expression(scope)) ? null : Message(rule, scope);
        }
        catch (CelException e)
        {
            return $"{e.Message} evaluating rule: {rule.Message ?? rule.Rule}";
        }
        catch (CelUnsupportedException)
        {
            return null;
        }
    }

    private static string Message(ValidationRule rule, CelScope scope)
    {
        if (rule.MessageExpression is { } computed && Compiled(computed) is { } expression)
        {
            try
            {
                if (expression(scope) is string text)
                    return text;
            }
            catch (Exception e) when (e is CelException or CelUnsupportedException)
            {
                return rule.Message ?? $"failed rule: {rule.Rule}";
            }
        }

        return rule.Message ?? $"failed rule: {rule.Rule}";
    }

    private static FieldError Error(ValidationRule rule, JsonNode node, string path, string message)
    {
        var at = rule.FieldPath is { } below ? FieldPath.Join(path, below.TrimStart('.')) : path;
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(at, message),
            "FieldValueRequired" => FieldError.Required(at, message),
            "FieldValueDuplicate" => new FieldError(at, FieldErrorType.Duplicate, message, Shown(node)),
            _ => new FieldError(at, FieldErrorType.Invalid, message, Shown(node)),
        };
    }

    private static string Shown(JsonNode node) => node switch
    {
        JsonObject => "\"object\"",
        JsonArray => "\"array\"",
        _ => FieldError.Show(node),
    };

    private static CelNode? Compiled(string rule) => s_compiled.GetOrAdd(rule, static text =>
    {
        try
        {
            return CelParser.Parse(text);
        }
        catch (CelUnsupportedException)
        {
            return null;
        }
    });
}
