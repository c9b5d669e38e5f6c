using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Who controls an object, and how that changes hands.</summary>
internal static class Ownership
{
    /// <summary>A reference that makes <paramref name="owner"/> the controller.</summary>
    public static JsonObject ControllerReference(ResourceType type, KubeObject owner) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["name"] = owner.Name,
        ["uid"] = owner.Uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>
    /// Makes <paramref name="owner"/> the controller of an orphan. The lock on the orphan's version keeps two controllers
    /// from both adopting it.
    /// </summary>
    public static Task<KubeObject> AdoptAsync(IKubeClient client, ResourceType ownerType, KubeObject owner, ResourceType type, KubeObject orphan, CancellationToken cancellationToken)
    {
        var references = References(orphan);
        references.Add((JsonNode)ControllerReference(ownerType, owner));
        return WriteAsync(client, type, orphan, references, cancellationToken);
    }

    /// <summary>Takes the reference to <paramref name="owner"/> away.</summary>
    public static Task<KubeObject> ReleaseAsync(IKubeClient client, KubeObject owner, ResourceType type, KubeObject dependent, CancellationToken cancellationToken)
    {
        var references = References(dependent);
        references.RemoveAll(r => r?["uid"]?.GetValue<string>() == owner.Uid);
        return WriteAsync(client, type, dependent, references, cancellationToken);
    }

    /// <summary>Whether the owner still is what the cache says, asked of the server: a deleted owner must not adopt.</summary>
    public static async Task<bool> MayAdoptAsync(IKubeClient client, ResourceType type, KubeObject owner, CancellationToken cancellationToken)
    {
        try
        {
            var live = await client.GetAsync(type, owner.Key, cancellationToken);
            return live.Uid == owner.Uid && live.DeletionTimestamp is null;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private static JsonArray References(KubeObject dependent) =>
        dependent.ToNode()["metadata"]?["ownerReferences"]?.DeepClone() as JsonArray ?? [];

    private static Task<KubeObject> WriteAsync(IKubeClient client, ResourceType type, KubeObject dependent, JsonArray references, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = dependent.Uid,
                ["resourceVersion"] = dependent.ResourceVersion,
                ["ownerReferences"] = references,
            },
        };
        return client.PatchAsync(type, dependent.Key, Patch.Merge(body), subresource: null, cancellationToken);
    }
}
