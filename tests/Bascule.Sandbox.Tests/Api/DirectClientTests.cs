using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Sandbox.Tests.Api;

public sealed class DirectClientTests
{
    private static readonly ResourceType s_configMaps = new("", "v1", "configmaps", "ConfigMap");
    private static readonly ObjectKey s_key = new("default", "a");

    private readonly DirectClient _client = new(new ApiServer(new Store(), new FakeTimeProvider(), new Random(1)), "test");

    [Fact]
    public async Task Object_CreatedPatchedDeleted_IsSeenByWatch()
    {
        var created = await _client.CreateAsync(s_configMaps, "default", Map("a", "1"), default);
        await _client.PatchAsync(s_configMaps, s_key, Patch.Merge(new() { ["data"] = new JsonObject { ["k"] = "2" } }), null, default);
        await _client.DeleteAsync(s_configMaps, s_key, DeleteOptions.Default, default);

        var seen = new List<string>();
        await foreach (var e in _client.WatchAsync(s_configMaps, null, new() { ResourceVersion = created.ResourceVersion }, default))
        {
            seen.Add($"{e.Type} {e.Object.Root.GetProperty("data").GetProperty("k").GetString()}");
            if (e.Type == WatchEventType.Deleted)
                break;
        }

        Assert.Equal(["Modified 2", "Deleted 2"], seen);
    }

    [Fact]
    public async Task Object_PatchedToTheSame_KeepsItsVersion()
    {
        var created = await _client.CreateAsync(s_configMaps, "default", Map("a", "1"), default);

        var patched = await _client.PatchAsync(s_configMaps, s_key, Patch.Merge(new() { ["data"] = new JsonObject { ["k"] = "1" } }), null, default);

        Assert.Equal(created.ResourceVersion, patched.ResourceVersion);
    }

    [Fact]
    public async Task Object_UpdatedFromAnOldVersion_Conflicts()
    {
        var created = await _client.CreateAsync(s_configMaps, "default", Map("a", "1"), default);
        await _client.PatchAsync(s_configMaps, s_key, Patch.Merge(new() { ["data"] = new JsonObject { ["k"] = "2" } }), null, default);

        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.UpdateAsync(s_configMaps, s_key, created.ToNode(), null, default));

        Assert.True(refusal.IsConflict);
        Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", refusal.Message);
    }

    [Fact]
    public async Task Object_CreatedTwice_AlreadyExists()
    {
        await _client.CreateAsync(s_configMaps, "default", Map("a", "1"), default);

        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.CreateAsync(s_configMaps, "default", Map("a", "1"), default));

        Assert.True(refusal.IsAlreadyExists);
        Assert.Equal("configmaps \"a\" already exists", refusal.Message);
    }

    [Fact]
    public async Task Object_InAnUnknownNamespace_IsNotFound()
    {
        var refusal = await Assert.ThrowsAsync<KubeException>(() => _client.CreateAsync(s_configMaps, "nowhere", Map("a", "1"), default));

        Assert.Equal(HttpStatusCode.NotFound, refusal.Code);
        Assert.Equal("namespaces \"nowhere\" not found", refusal.Message);
    }

    private static JsonObject Map(string name, string value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["k"] = value },
    };
}
