using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Patching.Apply;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Sandbox.Tests.Patching;

public sealed class ServerSideApplyTests
{
    private static readonly ResourceType s_deployments = new("apps", "v1", "deployments", "Deployment");
    private static readonly ObjectKey s_key = new("default", "web");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly DirectClient _client;

    public ServerSideApplyTests() => _client = new(new ApiServer(new Store(), _time, new Random(1)), "updater");

    [Fact]
    public async Task Containers_OfTwoAppliers_AreMergedByName()
    {
        await ApplyAsync("one", "a", "a:1");
        await ApplyAsync("two", "b", "b:1");

        Assert.Equal("a=a:1 b=b:1", await ContainersAsync());
    }

    [Fact]
    public async Task Container_NoLongerApplied_GoesUnlessAnotherManagerOwnsPartOfIt()
    {
        await ApplyAsync("one", "a", "a:1", "b", "b:1", "c", "c:1");
        await _client.PatchAsync(s_deployments, s_key, Patch.Json([new JsonObject { ["op"] = "replace", ["path"] = "/spec/template/spec/containers/1/image", ["value"] = "b:2" }]), null, default);

        await ApplyAsync("one", "a", "a:1");

        Assert.Equal("a=a:1 b=b:2", await ContainersAsync());
    }

    [Fact]
    public async Task Field_AnotherManagerOwns_ConflictsByItsPath()
    {
        await ApplyAsync("one", "a", "a:1");

        var refusal = await Assert.ThrowsAsync<KubeException>(() => ApplyAsync("two", "a", "a:2"));

        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\": .spec.template.spec.containers[name=\"a\"].image", refusal.Message);
        Assert.True(refusal.IsConflict);
    }

    [Fact]
    public async Task Fields_SeveralManagersOwn_AreListedByManager()
    {
        await ApplyAsync("one", "a", "a:1", "b", "b:1");
        await _client.PatchAsync(s_deployments, s_key, Patch.Merge(new() { ["spec"] = new JsonObject { ["replicas"] = 3 } }), null, default);

        var config = Config("a", "a:2", "b", "b:2");
        config["spec"]!["replicas"] = 4;
        var refusal = await Assert.ThrowsAsync<KubeException>(() => ApplyAsync("two", config));

        Assert.Equal(
            "Apply failed with 3 conflicts: conflicts with \"one\":\n- .spec.template.spec.containers[name=\"a\"].image\n- .spec.template.spec.containers[name=\"b\"].image\nconflicts with \"updater\" using apps/v1:\n- .spec.replicas",
            refusal.Message);
    }

    [Fact]
    public async Task SameValue_AppliedByTwo_IsSharedAndStaysWhenOneLeaves()
    {
        await ApplyAsync("one", "a", "a:1", "b", "b:1");
        await ApplyAsync("two", "b", "b:1");
        await ApplyAsync("one", "a", "a:1");

        Assert.Equal("a=a:1 b=b:1", await ContainersAsync());
    }

    [Fact]
    public async Task Configuration_AppliedAgainLater_WritesNothing()
    {
        await ApplyAsync("one", "a", "a:1");
        var before = await _client.GetAsync(s_deployments, s_key, default);
        _time.Advance(TimeSpan.FromMinutes(1));

        await ApplyAsync("one", "a", "a:1");

        Assert.Equal(before.ResourceVersion, (await _client.GetAsync(s_deployments, s_key, default)).ResourceVersion);
    }

    [Fact]
    public async Task Status_WrittenByAController_IsRecordedUnderItsSubresource()
    {
        await ApplyAsync("one", "a", "a:1");
        var written = await _client.PatchAsync(s_deployments, s_key, Patch.Merge(new() { ["status"] = new JsonObject { ["replicas"] = 1 } }), "status", default);

        var entry = ManagedFields.Of(written.ToNode()).Find(ManagerIdentity.Updater("updater", "apps/v1", "status"))!;
        Assert.Equal([".status.replicas"], entry.Fields.Paths());
    }

    [Theory]
    [InlineData("""{"f:a":{}}""", ".a")]
    [InlineData("""{"f:a":{".":{},"f:b":{}}}""", ".a .a.b")]
    [InlineData("""{"f:l":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}}}""", """.l[port=80,protocol="TCP"] .l[port=80,protocol="TCP"].name""")]
    [InlineData("""{"f:l":{"v:\"x\"":{}}}""", """.l[="x"]""")]
    public void FieldSet_ReadAndWritten_StaysTheSame(string fields, string paths)
    {
        var set = FieldSet.Parse((JsonObject)JsonNode.Parse(fields)!);

        Assert.Equal(paths, string.Join(' ', set.Paths()));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(fields), set.ToJson()), set.ToJson().ToJsonString());
    }

    private static JsonObject Config(params string[] namesAndImages) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = "web" },
        ["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "web" } },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray([.. namesAndImages.Chunk(2).Select(c => new JsonObject { ["name"] = c[0], ["image"] = c[1] })]),
                },
            },
        },
    };

    private Task<KubeObject> ApplyAsync(string manager, params string[] namesAndImages) => ApplyAsync(manager, Config(namesAndImages));

    private Task<KubeObject> ApplyAsync(string manager, JsonObject config) =>
        _client.PatchAsync(s_deployments, s_key, new Patch(PatchType.Apply, config) { FieldManager = manager }, null, default);

    private async Task<string> ContainersAsync() =>
        string.Join(' ', (await _client.GetAsync(s_deployments, s_key, default)).Root.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")
            .EnumerateArray().Select(c => $"{c.GetProperty("name").GetString()}={c.GetProperty("image").GetString()}"));
}
