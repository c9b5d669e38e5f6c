using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>Translates between an object and its <c>autoscaling/v1</c> Scale. Pure.</summary>
internal static class ScaleSubresource
{
    /// <summary>The scale of an object.</summary>
    public static JsonObject Read(ServedResource resource, JsonObject obj)
    {
        var paths = resource.Scale!;
        var metadata = MetadataRules.Of(obj);
        var own = new JsonObject();
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            if (metadata[field] is { } value)
                own[field] = value.DeepClone();
        }

        var status = new JsonObject { ["replicas"] = Json.AsInteger(Find(obj, paths.StatusReplicasPath)) ?? 0 };
        if (paths.LabelSelectorPath is { } path && Selector(Find(obj, path)) is { Length: > 0 } selector)
            status["selector"] = selector;
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = BuiltinResources.ScaleApiVersion,
            ["metadata"] = own,
            ["spec"] = new JsonObject { ["replicas"] = Json.AsInteger(Find(obj, paths.SpecReplicasPath)) ?? 0 },
            ["status"] = status,
        };
    }

    /// <summary>Writes a scale's wish into the object, and its resourceVersion as the lock.</summary>
    public static void Write(ServedResource resource, JsonObject obj, JsonObject scale)
    {
        var replicas = scale.Object("spec").Integer("replicas") ?? 0;
        if (replicas < 0)
            throw ApiErrors.Invalid(new("autoscaling", "v1", "scales", "Scale"), MetadataRules.Of(obj).String("name") ?? "", [FieldError.Invalid("spec.replicas", JsonValue.Create(replicas), "must be greater than or equal to 0")]);
        var steps = Steps(resource.Scale!.SpecReplicasPath);
        var parent = obj;
        foreach (var step in steps.SkipLast(1))
        {
            if (parent[step] is not JsonObject inside)
                parent[step] = inside = [];
            parent = inside;
        }

        parent[steps[^1]] = replicas;
        if (scale.Object("metadata").String("resourceVersion") is { Length: > 0 } version)
            MetadataRules.Of(obj)["resourceVersion"] = version;
    }

    private static string[] Steps(string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode? Find(JsonObject obj, string path) => Steps(path).Aggregate((JsonNode?)obj, (node, step) => (node as JsonObject)?[step]);

    private static string? Selector(JsonNode? node)
    {
        if (node is JsonValue text)
            return text.GetValue<string>();
        if (node is not JsonObject selector)
            return null;
        var equal = selector.Object("matchLabels")?.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value?.GetValue<string>()}") ?? [];
        var rules = (selector.Array("matchExpressions") ?? []).OfType<JsonObject>().Select(Expression);
        return string.Join(',', equal.Concat(rules));
    }

    private static string Expression(JsonObject rule)
    {
        var key = rule.String("key");
        var values = string.Join(',', (rule.Array("values") ?? []).Select(v => v?.GetValue<string>()));
        return rule.String("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
