using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>Keeps status and the rest apart: each is written through its own endpoint only. Pure.</summary>
internal static class StatusRules
{
    /// <summary>A kubelet registers its node together with the node's status.</summary>
    public static bool KeepsStatusOnCreate(ServedResource resource) => resource.Type is { Group: "", Plural: "nodes" };

    /// <summary>Takes back what the written endpoint must not touch.</summary>
    public static void Separate(ServedResource resource, string? subresource, JsonObject next, JsonObject old)
    {
        if (!resource.HasStatus)
            return;
        if (subresource is null)
        {
            Take(next, old, "status");
            return;
        }

        if (subresource != "status")
            return;
        foreach (var field in old.Select(f => f.Key).Concat(next.Select(f => f.Key)).Where(f => f is not ("status" or "metadata")).Distinct().ToList())
            Take(next, old, field);
        var locks = MetadataRules.Of(next);
        var fields = locks["managedFields"]?.DeepClone();
        next["metadata"] = MetadataRules.Of(old).DeepClone();
        if (fields is not null)
            MetadataRules.Of(next)["managedFields"] = fields;
        else
            MetadataRules.Of(next).Remove("managedFields");
    }

    private static void Take(JsonObject next, JsonObject old, string field)
    {
        if (old.TryGetPropertyValue(field, out var value))
            next[field] = value?.DeepClone();
        else
            next.Remove(field);
    }
}
