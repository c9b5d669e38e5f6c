using System.Net;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Sandbox.Tests.Api;

/// <summary>
/// Random requests against a model that knows only what the API promises: who exists, with which data, at which version.
/// At the end a watch from the beginning must tell the same story.
/// </summary>
public sealed class ApiModelTests
{
    private const int Steps = 300;

    private static readonly ResourceType s_type = new("", "v1", "configmaps", "ConfigMap");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Requests_InAnyOrder_AnswerAsTheModelSays(int seed)
    {
        var random = new Random(seed);
        var client = new DirectClient(new ApiServer(new Store(), new FakeTimeProvider(), new Random(seed)), "model");
        var start = (await client.ListAsync(s_type, null, ListOptions.All, default)).ResourceVersion;
        var model = new Dictionary<ObjectKey, ModelObject>();
        var stale = new Dictionary<ObjectKey, KubeObject>();
        for (var step = 0; step < Steps; step++)
        {
            var key = new ObjectKey(random.Next(2) == 0 ? "default" : "kube-public", $"n{random.Next(4)}");
            await StepAsync(client, random, key, model, stale);
        }

        var list = await client.ListAsync(s_type, null, ListOptions.All, default);
        Assert.Equal(Show(model), Show(list.Items.ToDictionary(o => o.Key, ModelObject.Of)));
        Assert.Equal(Show(model), Show(await ReplayAsync(client, start, list.ResourceVersion)));
    }

    private static async Task StepAsync(DirectClient client, Random random, ObjectKey key, Dictionary<ObjectKey, ModelObject> model, Dictionary<ObjectKey, KubeObject> stale)
    {
        var before = model.GetValueOrDefault(key);
        var value = $"v{random.Next(3)}";
        switch (random.Next(6))
        {
            case 0:
                var finalizer = random.Next(4) == 0;
                var created = await TryAsync(client.CreateAsync(s_type, key.Namespace, Body(key, value, null, finalizer), default));
                Assert.Equal(before is null ? HttpStatusCode.OK : HttpStatusCode.Conflict, created.Code);
                Remember(created.Object);
                break;
            case 1:
                var lockedBy = stale.GetValueOrDefault(key)?.ResourceVersion;
                var updated = await TryAsync(client.UpdateAsync(s_type, key, Body(key, value, lockedBy, before?.HasFinalizer == true), null, default));
                Assert.Equal(before is null ? HttpStatusCode.NotFound : lockedBy is not null && lockedBy != before.Version ? HttpStatusCode.Conflict : HttpStatusCode.OK, updated.Code);
                CheckVersion(updated.Object, value);
                Remember(updated.Object);
                break;
            case 2:
                var patched = await TryAsync(client.PatchAsync(s_type, key, Patch.Merge(new() { ["data"] = new JsonObject { ["k"] = value } }), null, default));
                Assert.Equal(before is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, patched.Code);
                CheckVersion(patched.Object, value);
                Remember(patched.Object);
                break;
            case 3:
                await TryAsync(DeleteAsync(client, key));
                if (before is { HasFinalizer: true })
                    Remember(await client.GetAsync(s_type, key, default));
                else
                    model.Remove(key);
                break;
            case 4:
                await TryAsync(client.PatchAsync(s_type, key, Patch.Merge(new() { ["metadata"] = new JsonObject { ["finalizers"] = null } }), null, default));
                if (before is { IsTerminating: true })
                    model.Remove(key);
                else if (before is not null)
                    Remember(await client.GetAsync(s_type, key, default));
                break;
            default:
                var read = await TryAsync(client.GetAsync(s_type, key, default));
                Assert.Equal(before is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, read.Code);
                Assert.Equal(before, read.Object is null ? null : ModelObject.Of(read.Object));
                if (read.Object is not null)
                    stale[key] = read.Object;
                break;
        }

        void Remember(KubeObject? seen)
        {
            if (seen is not null)
                model[key] = ModelObject.Of(seen);
        }

        void CheckVersion(KubeObject? after, string wanted)
        {
            if (after is null || before is null)
                return;
            Assert.Equal(wanted, ModelObject.Of(after).Value);
            Assert.Equal(before.Value == wanted, after.ResourceVersion == before.Version);
        }
    }

    private static async Task<KubeObject> DeleteAsync(DirectClient client, ObjectKey key)
    {
        await client.DeleteAsync(s_type, key, DeleteOptions.Default, default);
        return KubeObject.From(new JsonObject());
    }

    private static async Task<(HttpStatusCode Code, KubeObject? Object)> TryAsync(Task<KubeObject> call)
    {
        try
        {
            return (HttpStatusCode.OK, await call);
        }
        catch (KubeException e)
        {
            return (e.Code, null);
        }
    }

    private static async Task<Dictionary<ObjectKey, ModelObject>> ReplayAsync(DirectClient client, string start, string end)
    {
        var seen = new Dictionary<ObjectKey, ModelObject>();
        var last = long.Parse(end, System.Globalization.CultureInfo.InvariantCulture);
        await foreach (var e in client.WatchAsync(s_type, null, new() { ResourceVersion = start }, default))
        {
            Assert.Equal(e.Type == WatchEventType.Added, !seen.ContainsKey(e.Object.Key));
            if (e.Type == WatchEventType.Deleted)
                seen.Remove(e.Object.Key);
            else
                seen[e.Object.Key] = ModelObject.Of(e.Object);
            if (long.Parse(e.Object.ResourceVersion, System.Globalization.CultureInfo.InvariantCulture) >= last)
                break;
        }

        return seen;
    }

    private static string Show(Dictionary<ObjectKey, ModelObject> objects) =>
        string.Join('\n', objects.OrderBy(o => o.Key.ToString(), StringComparer.Ordinal).Select(o => $"{o.Key} {o.Value}"));

    private static JsonObject Body(ObjectKey key, string value, string? version, bool finalizer)
    {
        var metadata = new JsonObject { ["name"] = key.Name };
        if (version is not null)
            metadata["resourceVersion"] = version;
        if (finalizer)
            metadata["finalizers"] = new JsonArray("test/hold");
        return new() { ["metadata"] = metadata, ["data"] = new JsonObject { ["k"] = value } };
    }

    private sealed record ModelObject(string? Value, string Version, bool HasFinalizer, bool IsTerminating)
    {
        public static ModelObject Of(KubeObject seen) => new(
            seen.Root.GetProperty("data").GetProperty("k").GetString(),
            seen.ResourceVersion,
            seen.Root.GetProperty("metadata").TryGetProperty("finalizers", out _),
            seen.DeletionTimestamp is not null);
    }
}
