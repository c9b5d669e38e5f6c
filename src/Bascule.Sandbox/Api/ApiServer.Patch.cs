using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Patching;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

public sealed partial class ApiServer
{
    internal StoredObject Patch(ServedResource resource, ObjectKey key, Patch patch, string? subresource, WriteOptions options) =>
        Change(resource, key, subresource, options, current =>
        {
            var next = patch.Type switch
            {
                PatchType.Merge => Merged(current, patch.Body),
                PatchType.Json => JsonPatch.Apply(current, patch.Body as JsonArray ?? throw ApiErrors.BadRequest("json patch: found no list, expected a list of operations")),
                _ => throw ApiErrors.UnsupportedMediaType($"the body of the request was in an unknown format - accepted media types include: {patch.Type}"),
            };
            MetadataRules.FitToPath(resource, key.Namespace, key.Name, next);
            Clean(resource, next, options);
            return next;
        });

    private static JsonObject Merged(JsonObject current, JsonNode patch)
    {
        MergePatch.Apply(current, patch as JsonObject ?? throw ApiErrors.BadRequest("merge patch: found no object, expected the fields to change"));
        return current;
    }
}
