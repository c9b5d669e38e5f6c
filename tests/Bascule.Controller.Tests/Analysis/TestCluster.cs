using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>
/// A cluster in memory for one thread: reads, merge patches with their lock, deletions. Everything completes at once. The
/// cache can be held back, and something can be made to happen before the next write.
/// </summary>
internal sealed class TestCluster : IKubeClient, IObjectCache, IEventSink
{
    private readonly Dictionary<(ResourceType, ObjectKey), KubeObject> objects = [];
    private Dictionary<(ResourceType, ObjectKey), KubeObject>? heldBack;
    private int version;

    public List<string> Events { get; } = [];

    public List<JsonNode> Patches { get; } = [];

    /// <summary>Happens once, just before the next patch arrives.</summary>
    public Action? BeforePatch { get; set; }

    /// <summary>From now on the cache shows what is there now.</summary>
    public void HoldCacheBack() => heldBack = new(objects);

    public void Put(ResourceType type, JsonObject value)
    {
        value["metadata"]!["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
        var stored = KubeObject.From(value);
        objects[(type, stored.Key)] = stored;
    }

    public void Edit(ResourceType type, ObjectKey key, Action<JsonObject> edit)
    {
        var value = objects[(type, key)].ToNode();
        edit(value);
        Put(type, value);
    }

    public void Remove(ResourceType type, ObjectKey key) => objects.Remove((type, key));

    public bool Holds(ResourceType type) => true;

    public KubeObject? Get(ResourceType type, ObjectKey key) => (heldBack ?? objects).GetValueOrDefault((type, key));

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => throw new NotSupportedException();

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => throw new NotSupportedException();

    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) => Task.FromResult(Find(type, key));

    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        var before = BeforePatch;
        BeforePatch = null;
        before?.Invoke();
        Assert.Equal(PatchType.Merge, patch.Type);
        Assert.Null(subresource);
        var current = Find(type, key);
        if (patch.Body["metadata"]?["resourceVersion"]?.GetValue<string>() is { } seen && seen != current.ResourceVersion)
            throw new KubeException(HttpStatusCode.Conflict, "Conflict", "the object has been modified");
        Patches.Add(patch.Body);
        Put(type, Merged(current.ToNode(), patch.Body.AsObject()));
        return Task.FromResult(Find(type, key));
    }

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        if (options.PreconditionUid is { } uid && Find(type, key).Uid != uid)
            throw new KubeException(HttpStatusCode.Conflict, "Conflict", "the uid differs");
        Remove(type, key);
        return Task.CompletedTask;
    }

    public void Record(KubeEvent value) => Events.Add($"{value.Severity} {value.Reason} {value.About.Key}: {value.Message}");

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    private KubeObject Find(ResourceType type, ObjectKey key) =>
        objects.GetValueOrDefault((type, key)) ?? throw new KubeException(HttpStatusCode.NotFound, "NotFound", $"{type} \"{key.Name}\" not found");

    private static JsonObject Merged(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else
                target[name] = value is JsonObject inner ? Merged(target[name]?.DeepClone().AsObject() ?? [], inner) : value.DeepClone();
        }

        return target;
    }
}
