using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.GarbageCollection;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Sandbox.Tests.GarbageCollection;

public sealed class GarbageCollectorTests
{
    private readonly ApiServer _server = new(new Store(), new FakeTimeProvider(), new Random(1));
    private readonly DirectClient _client;
    private readonly GarbageCollector _collector;

    public GarbageCollectorTests()
    {
        _client = new DirectClient(_server, "test");
        _collector = new GarbageCollector(_server);
    }

    [Fact]
    public async Task Owner_Deleted_TakesDependentsAndTheirDependents()
    {
        var grandparent = await CreateAsync("grandparent");
        var parent = await CreateAsync("parent", grandparent);
        await CreateAsync("child", parent);

        await DeleteAsync("grandparent", PropagationPolicy.Background);
        _collector.Step();

        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Owner_DeletedInTheForeground_GoesAfterItsDependents()
    {
        var owner = await CreateAsync("owner");
        await CreateAsync("held", owner, finalizer: "example.com/hold");

        await DeleteAsync("owner", PropagationPolicy.Foreground);
        _collector.Step();
        Assert.Equal(["held", "owner"], await NamesAsync());

        await _client.PatchAsync(ResourceTypes.ConfigMaps, Key("held"), Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }), null, CancellationToken.None);
        _collector.Step();
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Owner_DeletedWithOrphans_LeavesDependentsWithoutIt()
    {
        var owner = await CreateAsync("owner");
        await CreateAsync("child", owner);

        await DeleteAsync("owner", PropagationPolicy.Orphan);
        _collector.Step();

        Assert.Equal(["child"], await NamesAsync());
        var child = await _client.GetAsync(ResourceTypes.ConfigMaps, Key("child"), CancellationToken.None);
        Assert.False(child.Root.GetProperty("metadata").TryGetProperty("ownerReferences", out var owners) && owners.GetArrayLength() > 0);
    }

    [Fact]
    public async Task Dependent_OfAnOwnerThatNeverWas_Goes()
    {
        var owner = await CreateAsync("owner");
        await DeleteAsync("owner", PropagationPolicy.Background);
        _collector.Step();

        await CreateAsync("late", owner);
        _collector.Step();

        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Dependent_OfTwoOwners_StaysWithTheLastAndForgetsTheOther()
    {
        var first = await CreateAsync("first");
        var second = await CreateAsync("second");
        await CreateAsync("child", [first, second]);

        await DeleteAsync("first", PropagationPolicy.Background);
        _collector.Step();

        var child = await _client.GetAsync(ResourceTypes.ConfigMaps, Key("child"), CancellationToken.None);
        var owner = Assert.Single(child.Root.GetProperty("metadata").GetProperty("ownerReferences").EnumerateArray());
        Assert.Equal(second.Uid, owner.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Namespace_Deleted_GoesWhenItsContentIsGone()
    {
        await _client.CreateAsync(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "ending" } }, CancellationToken.None);
        await _client.CreateAsync(ResourceTypes.ConfigMaps, "ending", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "held", ["finalizers"] = new JsonArray("example.com/hold") } }, CancellationToken.None);
        await _client.CreateAsync(ResourceTypes.Secrets, "ending", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "plain" } }, CancellationToken.None);

        await _client.DeleteAsync(ResourceTypes.Namespaces, new(null, "ending"), DeleteOptions.Default, CancellationToken.None);
        _collector.Step();
        var space = await _client.GetAsync(ResourceTypes.Namespaces, new(null, "ending"), CancellationToken.None);
        Assert.Equal("Terminating", space.Root.GetProperty("status").GetProperty("phase").GetString());
        Assert.Empty((await _client.ListAsync(ResourceTypes.Secrets, "ending", ListOptions.All, CancellationToken.None)).Items);

        await _client.PatchAsync(ResourceTypes.ConfigMaps, new("ending", "held"), Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }), null, CancellationToken.None);
        _collector.Step();
        var gone = await Assert.ThrowsAsync<KubeException>(() => _client.GetAsync(ResourceTypes.Namespaces, new(null, "ending"), CancellationToken.None));
        Assert.True(gone.IsNotFound);
    }

    [Fact]
    public async Task Definition_Deleted_TakesItsObjects()
    {
        var type = new ResourceType("example.com", "v1", "widgets", "Widget");
        await _client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, Definition(type), CancellationToken.None);
        await _client.CreateAsync(type, "default", new JsonObject { ["apiVersion"] = "example.com/v1", ["kind"] = "Widget", ["metadata"] = new JsonObject { ["name"] = "one" } }, CancellationToken.None);

        await _client.DeleteAsync(ResourceTypes.CustomResourceDefinitions, new(null, "widgets.example.com"), DeleteOptions.Default, CancellationToken.None);
        _collector.Step();

        Assert.Empty(_server.Store.Current.Read(StorageKey.Of(type)));
        var gone = await Assert.ThrowsAsync<KubeException>(() => _client.ListAsync(type, null, ListOptions.All, CancellationToken.None));
        Assert.True(gone.IsNotFound);
    }

    [Fact]
    public async Task Collector_RunInTheBackground_FollowsWritesAsTheyHappen()
    {
        using var stop = new CancellationTokenSource();
        var run = _collector.RunAsync(stop.Token);
        var owner = await CreateAsync("owner");
        var child = await CreateAsync("child", owner);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        await DeleteAsync("owner", PropagationPolicy.Background);

        var changes = _client.WatchAsync(ResourceTypes.ConfigMaps, "default", new WatchOptions { ResourceVersion = child.ResourceVersion }, bound.Token);
        Assert.True(await changes.AnyAsync(c => c is { Type: WatchEventType.Deleted, Object.Name: "child" }, bound.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static ObjectKey Key(string name) => new("default", name);

    private Task<KubeObject> CreateAsync(string name, KubeObject? owner = null, string? finalizer = null) => CreateAsync(name, owner is null ? [] : [owner], finalizer);

    private Task<KubeObject> CreateAsync(string name, KubeObject[] owners, string? finalizer = null)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (finalizer is not null)
            metadata["finalizers"] = new JsonArray(finalizer);
        if (owners.Length > 0)
        {
            metadata["ownerReferences"] = new JsonArray([.. owners.Select(o => (JsonNode)new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = o.Name, ["uid"] = o.Uid, ["blockOwnerDeletion"] = true,
            })]);
        }

        return _client.CreateAsync(ResourceTypes.ConfigMaps, "default", new JsonObject { ["metadata"] = metadata }, CancellationToken.None);
    }

    private Task DeleteAsync(string name, PropagationPolicy policy) =>
        _client.DeleteAsync(ResourceTypes.ConfigMaps, Key(name), new DeleteOptions { Propagation = policy }, CancellationToken.None);

    private async Task<IEnumerable<string>> NamesAsync() =>
        (await _client.ListAsync(ResourceTypes.ConfigMaps, "default", ListOptions.All, CancellationToken.None)).Items.Select(i => i.Name).Order(StringComparer.Ordinal);

    private static JsonObject Definition(ResourceType type) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{type.Plural}.{type.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = type.Group,
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject { ["plural"] = type.Plural, ["singular"] = "widget", ["kind"] = type.Kind, ["listKind"] = type.Kind + "List" },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = type.Version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
            }),
        },
    };
}
