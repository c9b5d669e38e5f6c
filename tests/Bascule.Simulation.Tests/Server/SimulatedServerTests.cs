using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Simulation.Server;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.Tests.Server;

/// <summary>The simulation's small API server answers as the sandbox's whole one does.</summary>
public sealed class SimulatedServerTests
{
    private static readonly string[] s_names = ["a", "b", "c"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Server_RandomRequests_AnswersAsTheSandboxDoes(int seed)
    {
        var random = new Random(seed);
        var time = new VirtualTime(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var model = new SimulatedServer(time);
        var real = new DirectClient(new ApiServer(new Store(), time, new Random(seed)), "test");
        for (var i = 0; i < 1_000; i++)
        {
            time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            var request = Draw(random);
            var (expected, found) = (await AnswerAsync(real, request), await AnswerAsync(model, request));
            Assert.True(expected == found, $"request {i}: {request.Text}\nsandbox:   {expected}\nsimulated: {found}");
        }
    }

    [Fact]
    public async Task Patch_ThatChangesNothing_MakesNoVersion()
    {
        var server = new SimulatedServer(TimeProvider.System);
        var created = await server.CreateAsync(ResourceTypes.Services, "default", Service("a"), TestContext.Current.CancellationToken);

        var patched = await server.PatchAsync(ResourceTypes.Services, created.Key, Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["type"] = "ClusterIP" } }), null, TestContext.Current.CancellationToken);

        Assert.Same(created, patched);
        Assert.Equal(1, server.Version);
    }

    [Fact]
    public async Task Garbage_OwnerGone_GoesToo()
    {
        var server = new SimulatedServer(TimeProvider.System);
        var owner = await server.CreateAsync(ResourceTypes.Services, "default", Service("owner"), TestContext.Current.CancellationToken);
        var owned = Service("owned");
        owned["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = owner.Uid, ["controller"] = true });
        await server.CreateAsync(ResourceTypes.Services, "default", owned, TestContext.Current.CancellationToken);
        Assert.False(server.CollectGarbage());

        await server.DeleteAsync(ResourceTypes.Services, owner.Key, DeleteOptions.Default, TestContext.Current.CancellationToken);

        Assert.True(server.CollectGarbage());
        Assert.Empty(server.All(ResourceTypes.Services));
    }

    private static Request Draw(Random random)
    {
        var key = new ObjectKey("default", s_names[random.Next(s_names.Length)]);
        switch (random.Next(10))
        {
            case 0 or 1:
                var body = ReplicaSet(key.Name, random.Next(3));
                return new($"create {key} {body.ToJsonString()}", async (client, _) => await client.CreateAsync(ResourceTypes.ReplicaSets, "default", body, default));
            case 2:
                var guarded = random.Next(3);
                return new($"delete {key} {(guarded == 0 ? "with its uid" : guarded == 1 ? "with another uid" : "")}", async (client, known) =>
                {
                    await client.DeleteAsync(ResourceTypes.ReplicaSets, key, new DeleteOptions { PreconditionUid = guarded == 0 ? known?.Uid : guarded == 1 ? "other" : null }, default);
                    return null;
                });
            case 3:
                var replacement = ReplicaSet(key.Name, random.Next(3));
                return new($"replace {key} {replacement.ToJsonString()}", async (client, _) => await client.UpdateAsync(ResourceTypes.ReplicaSets, key, replacement, null, default));
            case 4:
                var json = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = "/metadata/labels/j", ["value"] = Number(random) });
                return new($"json patch {key} {json.ToJsonString()}", async (client, _) => await client.PatchAsync(ResourceTypes.ReplicaSets, key, Patch.Json(json), null, default));
            default:
                var (patch, locks, subresource) = (DrawPatch(random), random.Next(4), random.Next(4) == 0 ? "status" : null);
                return new($"patch {subresource} {key} {patch.ToJsonString()} {(locks == 0 ? "locked" : locks == 1 ? "stale" : "")}", async (client, known) =>
                {
                    var sent = (JsonObject)patch.DeepClone();
                    if (locks < 2)
                        ((JsonObject)(sent["metadata"] ??= new JsonObject()))["resourceVersion"] = locks == 0 ? known?.ResourceVersion : "999999";
                    return await client.PatchAsync(ResourceTypes.ReplicaSets, key, Patch.Merge(sent), subresource, default);
                });
        }
    }

    private static JsonObject DrawPatch(Random random)
    {
        var patch = new JsonObject();
        if (random.Next(2) == 0)
            patch["spec"] = new JsonObject { ["replicas"] = random.Next(3), ["minReadySeconds"] = random.Next(3) == 0 ? null : random.Next(3) };
        if (random.Next(2) == 0)
            patch["metadata"] = new JsonObject { ["annotations"] = random.Next(5) == 0 ? null : new JsonObject { [$"a{random.Next(3)}"] = random.Next(3) == 0 ? null : Number(random) } };
        if (random.Next(3) == 0)
            patch["status"] = new JsonObject { ["replicas"] = random.Next(3), ["readyReplicas"] = random.Next(3) == 0 ? null : 0 };
        return patch;
    }

    private static JsonObject ReplicaSet(string name, int replicas) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["n"] = replicas.ToString(CultureInfo.InvariantCulture) } },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "web" } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = "web:1" }) },
            },
        },
    };

    private static JsonObject Service(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject { ["type"] = "ClusterIP" } };

    private static string Number(Random random) => random.Next(3).ToString(CultureInfo.InvariantCulture);

    /// <summary>What both servers must agree on: not the uids, the addresses and the fields that only a whole server keeps.</summary>
    private static async Task<string> AnswerAsync(IKubeClient client, Request request)
    {
        string answer;
        try
        {
            var known = await KnownAsync(client, request);
            answer = await request.SendAsync(client, known) is { } sent ? Normal(sent) : "done";
        }
        catch (KubeException e)
        {
            answer = $"{e.Code} {e.Reason}";
        }

        var all = await client.ListAsync(ResourceTypes.ReplicaSets, "default", ListOptions.All, default);
        return $"{answer} | {string.Join(" | ", all.Items.Select(Normal))}";
    }

    private static async Task<KubeObject?> KnownAsync(IKubeClient client, Request request) =>
        (await client.ListAsync(ResourceTypes.ReplicaSets, "default", ListOptions.All, default)).Items.FirstOrDefault(o => request.Text.Contains($"default/{o.Name}", StringComparison.Ordinal));

    private static string Normal(KubeObject item)
    {
        var node = item.ToNode();
        var spec = (JsonObject)node["spec"]!;
        return new JsonObject
        {
            ["name"] = item.Name,
            ["created"] = item.CreationTimestamp?.ToString("O", CultureInfo.InvariantCulture),
            ["generation"] = item.Generation,
            ["labels"] = Sorted(node["metadata"]!["labels"]),
            ["annotations"] = Sorted(node["metadata"]!["annotations"]),
            ["replicas"] = spec["replicas"]?.DeepClone(),
            ["minReadySeconds"] = spec["minReadySeconds"]?.DeepClone(),
            ["status"] = Sorted(node["status"]),
            ["restartPolicy"] = spec["template"]?["spec"]?["restartPolicy"]?.DeepClone(),
        }.ToJsonString();
    }

    private static JsonObject? Sorted(JsonNode? map) =>
        map is JsonObject { Count: > 0 } found ? new JsonObject(found.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()))) : null;

    private sealed record Request(string Text, Func<IKubeClient, KubeObject?, Task<KubeObject?>> SendAsync);
}
