using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>
/// The API server as a controller sees it, without what a simulation would pay for in vain: no validation against OpenAPI,
/// no pruning, no field ownership, because every body comes from us. What remains (versions, generations, the status
/// endpoint, locks, merge patches, refusals) is compared with the sandbox's whole server by random requests in the tests.
/// Every call completes at once, in the caller's thread.
/// </summary>
/// <param name="time">Stamps new objects.</param>
public sealed partial class SimulatedServer(TimeProvider time) : IKubeClient
{
    private readonly List<ServerTable> _tables = [];
    private readonly ObjectMerge _merge = new();
    private long _uids;

    /// <summary>Told of each write once it took effect.</summary>
    public event Action<ServerWrite>? Wrote;

    /// <summary>Who answers for pods; null while nobody does.</summary>
    public IPodEndpoint? Pods { get; set; }

    /// <summary>The resourceVersion of the last write; 0 before the first.</summary>
    public long Version { get; private set; }

    /// <summary>One object; null when it does not exist.</summary>
    public KubeObject? Find(ResourceType type, ObjectKey key) => ServerTable.Find(_tables, type)?.Get(key);

    /// <summary>The objects of a type, by key. The list changes with the next write.</summary>
    public IList<KubeObject> All(ResourceType type) => ServerTable.Find(_tables, type)?.Objects ?? [];

    /// <summary>Removes what belonged to owners that are gone, as the garbage collector does; true when there was something.</summary>
    public bool CollectGarbage()
    {
        var uids = _tables.SelectMany(t => t.Objects).Select(o => o.Uid).ToHashSet(StringComparer.Ordinal);
        var garbage = _tables.SelectMany(t => t.Objects.Where(o => o.ControllerUid is { } owner && !uids.Contains(owner)).Select(o => (Table: t, Object: o))).ToList();
        foreach (var (table, gone) in garbage)
            Remove(table, gone);
        return garbage.Count > 0;
    }

    /// <summary>Takes an owner's name off all that it owns, as a deletion that leaves orphans does.</summary>
    /// <param name="owner">Its uid.</param>
    public void Orphan(string owner)
    {
        var release = Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = null } });
        foreach (var (table, owned) in _tables.SelectMany(t => t.Objects.Where(o => o.ControllerUid == owner).Select(o => (Table: t, Object: o))).ToList())
            World.Completed.Finish(PatchAsync(table.Type, owned.Key, release, null, CancellationToken.None));
    }

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        Find(type, key) is { } found ? Task.FromResult(found) : Refuse<KubeObject>(NotFound(type, key));

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        if (type == ResourceTypes.Pods && Pods is { } pods && InList().Match(options.LabelSelector ?? "") is { Success: true } versions)
            return Task.FromResult(new KubeList([.. pods.List(versions.Groups["values"].Value.Split(',').ToHashSet(StringComparer.Ordinal))], VersionText(Version)));
        if (options.LabelSelector is not null || options.FieldSelector is not null)
            throw new NotSupportedException("the simulated server lists without selectors, but for pods of some versions");
        return Task.FromResult(new KubeList([.. All(type).Where(o => @namespace is null || o.Namespace == @namespace)], VersionText(Version)));
    }

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken)
    {
        var next = (JsonObject)body.DeepClone();
        if (next["metadata"] is not JsonObject metadata)
            next["metadata"] = metadata = [];
        metadata["name"] ??= $"{metadata["generateName"]}{++_uids}";
        var key = new ObjectKey(type.Namespaced ? @namespace : null, metadata["name"]!.GetValue<string>());
        if (Find(type, key) is not null)
            return Refuse<KubeObject>(new KubeException(HttpStatusCode.Conflict, "AlreadyExists", $"{type} \"{key.Name}\" already exists"));
        if (ServerRules.HasStatus(type))
            next.Remove("status");
        ServerRules.Default(type, next);
        next["apiVersion"] = type.ApiVersion;
        next["kind"] = type.Kind;
        if (key.Namespace is { } given)
            metadata["namespace"] = given;
        metadata["uid"] = $"00000000-0000-0000-0000-{++_uids:x12}";
        metadata["creationTimestamp"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (ServerRules.HasGeneration(type))
            metadata["generation"] = 1;
        metadata["resourceVersion"] = VersionText(Version + 1);
        return Task.FromResult(Store(type, null, KubeObject.From(next.ToElement())));
    }

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken)
    {
        if (Find(type, key) is not { } old)
            return Refuse<KubeObject>(NotFound(type, key));

        // Replacing is merging with what the new object lacks cleared by name.
        var patch = (JsonObject)body.DeepClone();
        ServerRules.Default(type, patch);
        patch["apiVersion"] = type.ApiVersion;
        patch["kind"] = type.Kind;
        Clear(patch, old.ToNode());
        return PatchAsync(type, key, Patch.Merge(patch), subresource, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        if (type == ResourceTypes.Pods && Pods is { } pods)
            return pods.Patch(key.Name, patch.Body["metadata"]!.ToElement()) is { } pod ? Task.FromResult(pod) : Refuse<KubeObject>(NotFound(type, key));
        if (Find(type, key) is not { } old)
            return Refuse<KubeObject>(NotFound(type, key));
        if (patch.Type == PatchType.Json)
            return UpdateAsync(type, key, Sandbox.Patching.JsonPatch.Apply(old.ToNode(), patch.Body.AsArray()), subresource, cancellationToken);
        if (patch.Type != PatchType.Merge)
            throw new NotSupportedException($"the simulated server knows merge and JSON patches only, found {patch.Type}");
        var change = patch.Document ?? patch.Body.ToElement();
        if (Precondition(change, "uid") is { } uid && uid != old.Uid)
            return Refuse<KubeObject>(Conflict(type, key, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}"));
        if (Precondition(change, "resourceVersion") is { } version && version != old.ResourceVersion)
            return Refuse<KubeObject>(Modified(type, key));

        // The scale endpoint's object has its number where workloads and Rollouts have theirs.
        return Task.FromResult(_merge.Apply(type, old, change, statusOnly: subresource == "status", Version + 1) is { } next ? Store(type, old, next) : old);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        if (ServerTable.Find(_tables, type) is not { } table || table.Get(key) is not { } old)
            return Refuse<KubeObject>(NotFound(type, key));
        if (options.PreconditionUid is { } uid && uid != old.Uid)
            return Refuse<KubeObject>(Conflict(type, key, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}"));
        if (options.PreconditionResourceVersion is { } version && version != old.ResourceVersion)
            return Refuse<KubeObject>(Conflict(type, key, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {old.ResourceVersion}"));
        Remove(table, old);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) =>
        Pods?.Evict(pod.Name, uid) is { } why ? Refuse<KubeObject>(why) : Task.CompletedTask;

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the simulation delivers changes itself: see LaggingCache");

    [GeneratedRegex(@"^[^ ]+ in \((?<values>[^)]*)\)$")]
    private static partial Regex InList();

    private KubeObject Store(ResourceType type, KubeObject? before, KubeObject after)
    {
        if (ServerTable.Find(_tables, type) is not { } table)
            _tables.Add(table = new ServerTable(type));
        if (before is not null)
            after.Follow(before);
        table.Put(after);
        Tell(table.Type, before, after);
        return after;
    }

    private void Remove(ServerTable table, KubeObject old)
    {
        table.Remove(old.Key);
        Tell(table.Type, old, null);
    }

    private void Tell(ResourceType type, KubeObject? before, KubeObject? after)
    {
        Version++;
        Wrote?.Invoke(new ServerWrite(Version, type, before, after));
    }

    private static void Clear(JsonObject patch, JsonObject old)
    {
        foreach (var (name, value) in old)
        {
            if (!patch.TryGetPropertyValue(name, out var wanted))
                patch[name] = null;
            else if (wanted is JsonObject inner && value is JsonObject before)
                Clear(inner, before);
        }
    }

    private static string? Precondition(JsonElement patch, string field) =>
        patch.TryGetProperty("metadata"u8, out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string VersionText(long version) => version.ToString(CultureInfo.InvariantCulture);

    internal static KubeException NotFound(ResourceType type, ObjectKey key) =>
        new(HttpStatusCode.NotFound, "NotFound", $"{type} \"{key.Name}\" not found");

    private static KubeException Modified(ResourceType type, ObjectKey key) =>
        Conflict(type, key, "the object has been modified; please apply your changes to the latest version and try again");

    private static KubeException Conflict(ResourceType type, ObjectKey key, string why) =>
        new(HttpStatusCode.Conflict, "Conflict", $"Operation cannot be fulfilled on {type} \"{key.Name}\": {why}");

    // A refusal is a faulted task, as over HTTP, not an exception thrown by the call itself.
    private static Task<T> Refuse<T>(KubeException refusal) => Task.FromException<T>(refusal);
}
