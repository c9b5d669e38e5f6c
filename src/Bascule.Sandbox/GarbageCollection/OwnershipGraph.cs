using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.GarbageCollection;

/// <summary>One owner reference.</summary>
/// <param name="Uid">The owner.</param>
/// <param name="Blocks">The owner may not go before this dependent (<c>blockOwnerDeletion</c>).</param>
internal readonly record struct OwnerReference(string Uid, bool Blocks);

/// <summary>An object as the collector sees it.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Storage">Where it is.</param>
/// <param name="Key">Its name there.</param>
internal sealed record OwnedObject(string Uid, StorageKey Storage, ObjectKey Key)
{
    /// <summary>Its owners.</summary>
    public ImmutableArray<OwnerReference> Owners { get; init; } = [];

    /// <summary>Its deletion was asked for and waits.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Its dependents go before it.</summary>
    public bool WaitsForDependents { get; init; }

    /// <summary>Its dependents are to lose it as their owner.</summary>
    public bool OrphansDependents { get; init; }
}

/// <summary>Who owns whom, kept current from the store's writes: work proportional to each write.</summary>
internal sealed class OwnershipGraph
{
    private readonly Dictionary<string, OwnedObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _dependents = new(StringComparer.Ordinal);

    /// <summary>An object; null when it does not exist.</summary>
    public OwnedObject? Find(string uid) => _objects.GetValueOrDefault(uid);

    /// <summary>The objects that name this uid as an owner, whether or not that owner exists.</summary>
    public ImmutableArray<OwnedObject> DependentsOf(string uid) =>
        _dependents.TryGetValue(uid, out var dependents) ? [.. dependents.Select(d => _objects[d])] : [];

    /// <summary>Notes an object's present state.</summary>
    public OwnedObject Put(StorageKey storage, StoredObject stored)
    {
        var item = Read(storage, stored);
        Remove(item.Uid);
        _objects[item.Uid] = item;
        foreach (var owner in item.Owners)
        {
            if (!_dependents.TryGetValue(owner.Uid, out var dependents))
                _dependents[owner.Uid] = dependents = new(StringComparer.Ordinal);
            dependents.Add(item.Uid);
        }

        return item;
    }

    /// <summary>Forgets an object that is gone; what it owned still names it.</summary>
    public void Remove(string uid)
    {
        if (!_objects.Remove(uid, out var old))
            return;
        foreach (var owner in old.Owners)
        {
            if (_dependents.TryGetValue(owner.Uid, out var dependents) && dependents.Remove(uid) && dependents.Count == 0)
                _dependents.Remove(owner.Uid);
        }
    }

    private static OwnedObject Read(StorageKey storage, StoredObject stored)
    {
        var item = new OwnedObject(stored.Uid, storage, stored.Key) { IsTerminating = stored.IsTerminating };

        // Nearly all objects need no second look at their JSON.
        if (stored.OwnerUids.IsEmpty && !stored.IsTerminating)
            return item;
        var metadata = JsonElement.Parse(stored.Json.Span).GetProperty("metadata");
        var finalizers = metadata.TryGetProperty("finalizers", out var list) ? list.EnumerateArray().Select(f => f.GetString()).ToHashSet() : [];
        return item with
        {
            Owners = metadata.TryGetProperty("ownerReferences", out var owners) ? [.. owners.EnumerateArray().Select(Owner)] : [],
            WaitsForDependents = stored.IsTerminating && finalizers.Contains(Api.ApiServer.ForegroundFinalizer),
            OrphansDependents = stored.IsTerminating && finalizers.Contains(Api.ApiServer.OrphanFinalizer),
        };
    }

    private static OwnerReference Owner(JsonElement reference) => new(
        reference.GetProperty("uid").GetString() ?? "",
        reference.TryGetProperty("blockOwnerDeletion", out var blocks) && blocks.ValueKind == JsonValueKind.True);
}
