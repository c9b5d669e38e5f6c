using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>What the server does to the metadata of every object on its way in. Pure.</summary>
internal static class MetadataRules
{
    /// <summary>What only the server writes.</summary>
    private static readonly string[] s_systemFields = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"];

    /// <summary>An instant as metadata writes it: whole seconds, UTC.</summary>
    public static string Stamp(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The metadata of an object, made when absent.</summary>
    public static JsonObject Of(JsonObject obj)
    {
        if (obj["metadata"] is JsonObject metadata)
            return metadata;
        if (obj["metadata"] is not null)
            throw ApiErrors.BadRequest($"metadata: found {obj["metadata"]!.GetValueKind()}, expected an object");
        var made = new JsonObject();
        obj["metadata"] = made;
        return made;
    }

    /// <summary>Refuses a body of another kind or place than its URL; fills in what the body leaves to the URL.</summary>
    public static void FitToPath(ServedResource resource, string? @namespace, string? name, JsonObject body)
    {
        var type = resource.Type;
        Fit(body, "kind", type.Kind, body.String("apiVersion") ?? type.ApiVersion);
        Fit(body, "apiVersion", type.ApiVersion, body.String("apiVersion") ?? "");
        var metadata = Of(body);
        if (type.Namespaced)
        {
            if (metadata.String("namespace") is { Length: > 0 } given && given != @namespace)
                throw ApiErrors.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({given} and {@namespace})");
            metadata["namespace"] = @namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (name is null)
            return;
        if (metadata.String("name") is { Length: > 0 } own && own != name)
            throw ApiErrors.BadRequest($"the name of the object ({own}) does not match the name on the URL ({name})");
        metadata["name"] = name;
    }

    /// <summary>Makes the metadata of a new object.</summary>
    public static void Create(ServedResource resource, JsonObject obj, string uid, DateTimeOffset now)
    {
        var metadata = Of(obj);
        foreach (var field in s_systemFields)
            metadata.Remove(field);
        metadata.Remove("resourceVersion");
        metadata["uid"] = uid;
        metadata["creationTimestamp"] = Stamp(now);
        if (resource.HasGeneration)
            metadata["generation"] = 1;
    }

    /// <summary>Carries over what only the server writes, and counts the generation.</summary>
    public static void Update(ServedResource resource, JsonObject next, JsonObject old)
    {
        var metadata = Of(next);
        var before = Of(old);
        foreach (var field in s_systemFields)
            Carry(metadata, before, field);
        if (resource.HasGeneration && !SameDesire(resource, next, old))
            metadata["generation"] = (before.Integer("generation") ?? 0) + 1;
    }

    /// <summary>Refuses finalizers added to an object that is being deleted.</summary>
    public static FieldError? CheckFinalizers(JsonObject next, JsonObject old)
    {
        if (!IsTerminating(old))
            return null;
        var added = Finalizers(next).Except(Finalizers(old)).ToList();
        return added.Count == 0
            ? null
            : FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(f => $"\"{f}\""))}}}");
    }

    /// <summary>Deletion was asked for.</summary>
    public static bool IsTerminating(JsonObject obj) => obj.Object("metadata")?["deletionTimestamp"] is not null;

    /// <summary>The finalizers, in order.</summary>
    public static IReadOnlyList<string> Finalizers(JsonObject obj) =>
        obj.Object("metadata").Array("finalizers") is { Count: > 0 } list ? [.. list.Select(f => f!.GetValue<string>())] : [];

    /// <summary>Replaces the finalizers; an empty list removes the field.</summary>
    public static void SetFinalizers(JsonObject obj, IReadOnlyCollection<string> finalizers)
    {
        if (finalizers.Count == 0)
            Of(obj).Remove("finalizers");
        else
            Of(obj)["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]);
    }

    private static bool SameDesire(ServedResource resource, JsonObject next, JsonObject old)
    {
        foreach (var (name, value) in next)
        {
            if (!IsOutside(resource, name) && !JsonNode.DeepEquals(value, old[name]))
                return false;
        }

        return old.All(field => IsOutside(resource, field.Key) || next.ContainsKey(field.Key));
    }

    private static bool IsOutside(ServedResource resource, string field) =>
        field is "metadata" or "apiVersion" or "kind" || (field == "status" && resource.HasStatus);

    private static void Carry(JsonObject metadata, JsonObject before, string field)
    {
        if (before[field] is { } value)
            metadata[field] = value.DeepClone();
        else
            metadata.Remove(field);
    }

    private static void Fit(JsonObject body, string field, string expected, string found)
    {
        if (body[field] is null)
            body[field] = expected;
        else if (body.String(field) != expected)
        {
            throw field == "kind"
                ? ApiErrors.BadRequest($"kind in the request body ({body.String(field)}, {found}) does not match what this URL serves: expected {expected}")
                : ApiErrors.BadRequest($"the API version in the data ({found}) does not match the expected API version ({expected})");
        }
    }
}
