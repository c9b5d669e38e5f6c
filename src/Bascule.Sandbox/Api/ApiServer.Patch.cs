using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Patching;
using Bascule.Sandbox.Patching.Apply;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    internal StoredObject Patch(ServedResource resource, ObjectKey key, Patch patch, string? subresource, WriteOptions options)
    {
        if (patch.Type == PatchType.StrategicMerge && resource.IsCustom)
            throw ApiErrors.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        if (patch.Type == PatchType.Apply && subresource != "scale")
            return Apply(resource, key, patch, subresource, options);
        return Change(resource, key, subresource, options, current => Patched(resource, key, current, patch, subresource, options));
    }

    private StoredObject Apply(ServedResource resource, ObjectKey key, Patch patch, string? subresource, WriteOptions options)
    {
        var config = patch.Body as JsonObject ?? throw ApiErrors.BadRequest("apply: found no object, expected the configuration to apply");
        config = (JsonObject)config.DeepClone();
        MetadataRules.FitToPath(resource, key.Namespace, key.Name, config);
        Prune(resource, config, options);
        var request = new ApplyRequest(resource, config, options.Manager, subresource, patch.Force, MetadataRules.Stamp(Time.GetUtcNow()));
        var recorded = options with { OwnershipIsRecorded = true, Validation = FieldValidation.Ignore };
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (Exists(resource, key))
                return Change(resource, key, subresource, recorded, current => Applied(resource, request, current));
            if (subresource is not null)
                throw ApiErrors.NotFound(resource.Type, key.Name);
            try
            {
                return Create(resource, key.Namespace, Applied(resource, request, current: null), recorded);
            }
            catch (KubeException e) when (e.IsAlreadyExists)
            {
                // Somebody created it in between: apply to that.
            }
        }

        throw ApiErrors.Modified(resource.Type, key.Name);
    }

    private static JsonObject Applied(ServedResource resource, ApplyRequest request, JsonObject? current)
    {
        var next = ServerSideApply.Apply(request, current);
        ObjectRules.Default(resource, next);
        return next;
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
        // A scale is one number: laying it over is all that an apply of it means.
        PatchType.Apply => Merged(current, patch.Body),
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
