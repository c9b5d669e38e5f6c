using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Patching;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    internal StoredObject Patch(ServedResource resource, ObjectKey key, Patch patch, string? subresource, WriteOptions options)
    {
        if (patch.Type == PatchType.StrategicMerge && resource.IsCustom)
            throw ApiErrors.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        return Change(resource, key, subresource, options, current => Patched(resource, key, current, patch, subresource, options));
    }

    /// <summary>An object of that key is stored.</summary>
    internal bool Exists(ServedResource resource, ObjectKey key) => Store.Get(StorageOf(resource), key) is not null;

    private static JsonObject Patched(ServedResource resource, ObjectKey key, JsonObject current, Patch patch, string? subresource, WriteOptions options)
    {
        if (subresource == "scale")
        {
            var scale = Patched(ScaleSubresource.Read(resource, current), patch, StructuralSchema.Anything);
            ScaleSubresource.Write(resource, current, scale);
            return current;
        }

        var next = Patched(current, patch, resource.Schema);
        MetadataRules.FitToPath(resource, key.Namespace, key.Name, next);
        Clean(resource, next, options);
        return next;
    }

    private static JsonObject Patched(JsonObject current, Patch patch, StructuralSchema schema) => patch.Type switch
    {
        PatchType.Merge => Merged(current, patch.Body),
        PatchType.Json => JsonPatch.Apply(current, patch.Body as JsonArray ?? throw ApiErrors.BadRequest("json patch: found no list, expected a list of operations")),
        PatchType.StrategicMerge => MergedByKeys(current, patch.Body, schema),
        PatchType.Apply => throw ApiErrors.UnsupportedMediaType("apply patches are not served for this subresource"),
    };

    private static JsonObject Merged(JsonObject current, JsonNode patch)
    {
        MergePatch.Apply(current, patch as JsonObject ?? throw ApiErrors.BadRequest("merge patch: found no object, expected the fields to change"));
        return current;
    }

    private static JsonObject MergedByKeys(JsonObject current, JsonNode patch, StructuralSchema schema)
    {
        try
        {
            StrategicMergePatch.Apply(current, patch as JsonObject ?? throw ApiErrors.BadRequest("strategic merge patch: found no object, expected the fields to change"), schema);
            return current;
        }
        catch (PatchFormatException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }
}
