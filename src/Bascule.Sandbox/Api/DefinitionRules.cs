using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>A CustomResourceDefinition is served from the moment it is stored, and cleans up before it goes.</summary>
internal sealed class DefinitionRules : KindRules
{
    /// <summary>Keeps a deleted definition until its objects are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override void Create(JsonObject obj, RuleContext context)
    {
        MetadataRules.SetFinalizers(obj, [.. MetadataRules.Finalizers(obj).Append(CleanupFinalizer).Distinct()]);
        obj["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", context.Now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", context.Now)),
            ["storedVersions"] = new JsonArray(StorageVersion(obj)),
        };
        Complete(obj);
    }

    public override void Update(JsonObject next, JsonObject old, RuleContext context)
    {
        if (context.Subresource is null)
            Complete(next);
        if (next.Object("status") is { } status && StorageVersion(next) is { } version)
        {
            var stored = status.Array("storedVersions") ?? [];
            if (!stored.Any(v => v?.GetValue<string>() == version))
                status["storedVersions"] = new JsonArray([.. stored.Select(v => v?.DeepClone()), version]);
        }
    }

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        var (spec, before) = (next.Object("spec"), old.Object("spec"));
        var expected = $"{spec.Object("names").String("plural")}.{spec.String("group")}";
        if (MetadataRules.Of(next).String("name") != expected)
            yield return FieldError.Invalid("metadata.name", MetadataRules.Of(next)["name"]?.DeepClone(), $"must be spec.names.plural+\".\"+spec.group");
        if (before is null)
            yield break;
        foreach (var field in (string[])["group", "scope"])
        {
            if (spec.String(field) != before.String(field))
                yield return FieldError.Invalid($"spec.{field}", spec?[field]?.DeepClone(), "field is immutable");
        }
    }

    private static void Complete(JsonObject obj)
    {
        if (obj.Object("spec").Object("names") is not { } names)
            return;
        if (names["listKind"] is null && names.String("kind") is { } kind)
            names["listKind"] = kind + "List";
        if (names["singular"] is null && names.String("kind") is { } one)
            names["singular"] = one.ToLowerInvariant();
        if (obj["status"] is JsonObject status)
            status["acceptedNames"] = names.DeepClone();
        if (obj.Object("spec") is { } spec && spec["conversion"] is null)
            spec["conversion"] = new JsonObject { ["strategy"] = "None" };
    }

    private static string? StorageVersion(JsonObject obj) =>
        (obj.Object("spec").Array("versions") ?? []).OfType<JsonObject>().FirstOrDefault(v => v.Boolean("storage") == true).String("name");

    private static JsonObject Condition(string type, string reason, string message, DateTimeOffset now) => new()
    {
        ["lastTransitionTime"] = MetadataRules.Stamp(now),
        ["message"] = message,
        ["reason"] = reason,
        ["status"] = "True",
        ["type"] = type,
    };
}
