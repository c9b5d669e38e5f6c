using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.GarbageCollection;

/// <summary>Deletes the objects of a CustomResourceDefinition that is being deleted, and lets it go when none is left.</summary>
internal sealed class DefinitionEnd(ApiServer server)
{
    internal static readonly StorageKey Definitions = new("apiextensions.k8s.io", "customresourcedefinitions");
    private readonly Dictionary<StorageKey, ObjectKey> _ending = [];

    /// <summary>Looks at a write: a definition that begins to end, or the last object of one that does.</summary>
    public void Follow(StoreEvent written)
    {
        if (written.Storage == Definitions)
        {
            if (written.IsRemoval)
                _ending.Remove(Defined(written.After));
            else if (written.After.IsTerminating)
                End(written.After);
        }
        else if (written.IsRemoval && _ending.TryGetValue(written.Storage, out var definition))
        {
            ReleaseWhenEmpty(written.Storage, definition);
        }
    }

    /// <summary>Deletes what a definition defines; doing it again is harmless.</summary>
    public void End(StoredObject definition)
    {
        var storage = Defined(definition);
        if (_ending.TryAdd(storage, definition.Key))
        {
            foreach (var item in server.Store.Current.Read(storage).ToList())
                server.TryDelete(storage, item);
        }

        ReleaseWhenEmpty(storage, definition.Key);
    }

    private void ReleaseWhenEmpty(StorageKey storage, ObjectKey definition)
    {
        var now = server.Store.Current;
        if (now.Count(storage) > 0 || now.Get(Definitions, definition) is not { } current)
            return;
        var body = current.ToNode();
        if (body["metadata"]!["finalizers"] is not JsonArray finalizers)
            return;
        body["metadata"]!["finalizers"] = new JsonArray([.. finalizers.Where(f => f?.GetValue<string>() != DefinitionRules.CleanupFinalizer).Select(f => f?.DeepClone())]);
        try
        {
            server.Update(server.ResourceOf(Definitions), definition, body, subresource: null, new WriteOptions { Manager = "kube-apiserver" });
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // Its next write brings it here again.
        }
    }

    private static StorageKey Defined(StoredObject definition)
    {
        var spec = JsonElement.Parse(definition.Json.Span).GetProperty("spec");
        return new(spec.GetProperty("group").GetString()!, spec.GetProperty("names").GetProperty("plural").GetString()!);
    }
}
