using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.GarbageCollection;

/// <summary>
/// Removes what lost its last owner, keeps owners that are deleted in the foreground until their dependents are gone,
/// lets go of the dependents of those deleted with orphans, and empties namespaces and custom resources that end.
/// </summary>
/// <remarks>It follows the store itself rather than the API's watches, so it sees every kind and needs no discovery.</remarks>
public sealed class GarbageCollector
{
    private readonly ApiServer _server;
    private readonly NamespaceEnd _namespaces;
    private readonly DefinitionEnd _definitions;
    private readonly OwnershipGraph _graph = new();
    private readonly Queue<string> _suspects = new();
    private long _seen;

    /// <summary>Makes a collector that knows everything there is now.</summary>
    /// <param name="server">The API whose store it keeps clean.</param>
    public GarbageCollector(ApiServer server)
    {
        _server = server;
        _namespaces = new NamespaceEnd(server);
        _definitions = new DefinitionEnd(server);
        Relist();
    }

    /// <summary>Follows the store until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Step();
            await _server.Store.WaitForWriteAsync(_seen, cancellationToken);
        }
    }

    /// <summary>Deals with everything written since the last step, and with what that leads to.</summary>
    /// <returns>True when there was something to look at.</returns>
    public bool Step()
    {
        var moved = false;
        while (Follow())
        {
            moved = true;
            while (_suspects.TryDequeue(out var uid))
                Judge(uid);
        }

        return moved;
    }

    private bool Follow()
    {
        if (_server.Store.TryReadHistory(_seen) is not { } written)
        {
            // It fell so far behind that the store has forgotten: begin with what is there.
            Relist();
            return true;
        }

        foreach (var one in written)
            Follow(one);
        return written.Count > 0;
    }

    private void Follow(StoreEvent written)
    {
        _seen = written.Version;
        if (written.IsRemoval)
        {
            var owners = _graph.Find(written.After.Uid)?.Owners ?? [];
            _graph.Remove(written.After.Uid);
            foreach (var dependent in _graph.DependentsOf(written.After.Uid))
                _suspects.Enqueue(dependent.Uid);
            foreach (var owner in owners)
                _suspects.Enqueue(owner.Uid);
        }
        else
        {
            var item = _graph.Put(written.Storage, written.After);
            _suspects.Enqueue(item.Uid);
            if (item.WaitsForDependents)
            {
                foreach (var dependent in _graph.DependentsOf(item.Uid))
                    _suspects.Enqueue(dependent.Uid);
            }
        }

        _namespaces.Follow(written);
        _definitions.Follow(written);
    }

    private void Relist()
    {
        var now = _server.Store.Current;
        _seen = now.Version;
        foreach (var storage in now.Collections)
        {
            foreach (var stored in now.Read(storage))
            {
                _suspects.Enqueue(_graph.Put(storage, stored).Uid);
                if (storage == NamespaceEnd.Namespaces && stored.IsTerminating)
                    _namespaces.End(stored.Name);
                else if (storage == DefinitionEnd.Definitions && stored.IsTerminating)
                    _definitions.End(stored);
            }
        }
    }

    private void Judge(string uid)
    {
        if (_graph.Find(uid) is not { } item)
            return;
        try
        {
            if (item.OrphansDependents)
                Orphan(item);
            else if (item.WaitsForDependents)
                Release(item);
            if (!item.Owners.IsEmpty)
                JudgeOwned(item);
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // Somebody wrote or removed it meanwhile, and that write brings it here again.
        }
    }

    private void JudgeOwned(OwnedObject item)
    {
        var solid = item.Owners.Where(o => _graph.Find(o.Uid) is { WaitsForDependents: false }).Select(o => o.Uid).ToHashSet();
        if (solid.Count == item.Owners.Length)
            return;
        if (solid.Count > 0)
            KeepOwners(item, solid.Contains);
        else if (!item.IsTerminating)
            Delete(item, OwnerWaits(item) && !_graph.DependentsOf(item.Uid).IsEmpty ? PropagationPolicy.Foreground : PropagationPolicy.Background);
    }

    private bool OwnerWaits(OwnedObject item) => item.Owners.Any(o => _graph.Find(o.Uid) is { WaitsForDependents: true });

    private void Delete(OwnedObject item, PropagationPolicy policy) =>
        _server.Delete(Resource(item.Storage), item.Key, new DeleteRequest { Propagation = policy, Uid = item.Uid });

    /// <summary>An owner deleted in the foreground goes when nothing that blocks it is left.</summary>
    private void Release(OwnedObject owner)
    {
        var blocked = _graph.DependentsOf(owner.Uid).Any(d => d.Owners.Any(o => o.Uid == owner.Uid && o.Blocks));
        if (!blocked)
            DropFinalizer(owner, ApiServer.ForegroundFinalizer);
    }

    private void Orphan(OwnedObject owner)
    {
        foreach (var dependent in _graph.DependentsOf(owner.Uid))
            KeepOwners(dependent, uid => uid != owner.Uid);
        DropFinalizer(owner, ApiServer.OrphanFinalizer);
    }

    private void KeepOwners(OwnedObject item, Func<string, bool> keep) =>
        Edit(item, "ownerReferences", reference => reference is JsonObject fields && keep(fields["uid"]?.GetValue<string>() ?? ""));

    private void DropFinalizer(OwnedObject item, string finalizer) =>
        Edit(item, "finalizers", name => name?.GetValue<string>() != finalizer);

    /// <summary>Shortens a list in the metadata, on the condition that nobody writes the object meanwhile.</summary>
    private void Edit(OwnedObject item, string list, Predicate<JsonNode?> keep)
    {
        if (_server.Store.Get(item.Storage, item.Key) is not { } current || current.Uid != item.Uid)
            return;
        var metadata = current.ToNode()["metadata"]!.AsObject();
        var kept = (metadata[list] as JsonArray ?? []).Where(i => keep(i)).Select(i => i?.DeepClone());
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = item.Uid,
                ["resourceVersion"] = metadata["resourceVersion"]?.DeepClone(),
                [list] = new JsonArray([.. kept]),
            },
        };
        _server.Patch(Resource(item.Storage), item.Key, Patch.Merge(patch), subresource: null, new WriteOptions { Manager = "garbage-collector" });
    }

    private ServedResource Resource(StorageKey storage) => _server.ResourceOf(storage);
}
