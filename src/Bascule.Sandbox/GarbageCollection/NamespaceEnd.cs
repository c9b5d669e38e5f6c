using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.GarbageCollection;

/// <summary>Empties a namespace that is being deleted, and lets it go when nothing is left in it.</summary>
internal sealed class NamespaceEnd(ApiServer server)
{
    private const string Finalizer = "kubernetes";
    internal static readonly StorageKey Namespaces = new("", "namespaces");
    private readonly HashSet<string> _ending = new(StringComparer.Ordinal);

    /// <summary>Looks at a write: a namespace that begins to end, or the last object of one that does.</summary>
    public void Follow(StoreEvent written)
    {
        if (written.Storage == Namespaces)
        {
            if (written.IsRemoval)
                _ending.Remove(written.After.Name);
            else if (written.After.IsTerminating)
                End(written.After.Name);
        }
        else if (written.IsRemoval && written.After.Namespace is { } space && _ending.Contains(space))
        {
            ReleaseWhenEmpty(space);
        }
    }

    /// <summary>Empties a namespace that is being deleted; doing it again is harmless.</summary>
    public void End(string name)
    {
        if (_ending.Add(name))
            Empty(name);
        else
            ReleaseWhenEmpty(name);
    }

    private void Empty(string name)
    {
        var now = server.Store.Current;
        foreach (var storage in now.Collections)
        {
            foreach (var item in now.Read(storage, name).ToList())
                server.TryDelete(storage, item);
        }

        ReleaseWhenEmpty(name);
    }

    private void ReleaseWhenEmpty(string name)
    {
        var now = server.Store.Current;
        if (now.Collections.Any(storage => now.Count(storage, name) > 0) || now.Get(Namespaces, new(null, name)) is not { } space)
            return;
        var body = space.ToNode();
        if (body["spec"]?["finalizers"] is JsonArray finalizers)
            body["spec"]!["finalizers"] = new JsonArray([.. finalizers.Where(f => f?.GetValue<string>() != Finalizer).Select(f => f?.DeepClone())]);
        try
        {
            server.Update(server.ResourceOf(Namespaces), space.Key, body, "finalize", new WriteOptions { Manager = "namespace-controller" });
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // Its next write brings it here again.
        }
    }
}
