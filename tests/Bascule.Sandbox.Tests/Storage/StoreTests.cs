using System.Text.Json.Nodes;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Tests.Storage;

public sealed class StoreTests
{
    private static readonly StorageKey s_things = new("", "things");

    [Fact]
    public void Write_OverAnotherVersion_IsRefused()
    {
        var store = new Store();
        var first = store.TryWrite(s_things, null, Thing("a", 1))!;
        var second = store.TryWrite(s_things, first, Thing("a", 2))!;

        Assert.Null(store.TryWrite(s_things, first, Thing("a", 3)));
        Assert.Null(store.TryWrite(s_things, null, Thing("a", 3)));
        Assert.Null(store.TryRemove(s_things, first));
        Assert.Same(second, store.Get(s_things, new("x", "a")));
        Assert.Equal(first.Version + 1, second.Version);
    }

    [Fact]
    public void Collection_ReadAtAnOldVersion_IsAsItWas()
    {
        var store = new Store();
        var a = store.TryWrite(s_things, null, Thing("a", 1))!;
        var b = store.TryWrite(s_things, null, Thing("b", 1))!;
        store.TryWrite(s_things, a, Thing("a", 2));
        store.TryRemove(s_things, b);
        store.TryWrite(s_things, null, Thing("c", 1));

        var then = store.TryReadAt(s_things, b.Version)!.Read(s_things).ToList();

        Assert.Equal([a, b], then);
    }

    [Fact]
    public void Watch_FromAVersionForgotten_IsRefused()
    {
        var store = new Store(new() { HistoryEvents = 2 });
        foreach (var name in (string[])["a", "b", "c", "d"])
            store.TryWrite(s_things, null, Thing(name, 1));

        Assert.Null(store.TryWatch(s_things, null, store.OldestVersion - 1));
        using var watch = store.TryWatch(s_things, null, store.OldestVersion)!;
        Assert.Equal(["c", "d"], Drain(watch));
    }

    [Fact]
    public void History_OverItsBytes_ForgetsTheOldest()
    {
        var store = new Store(new() { HistoryBytes = 1_000 });
        StoredObject? current = null;
        for (var i = 0; i < 100; i++)
            current = store.TryWrite(s_things, current, Thing("a", i));

        Assert.True(store.OldestVersion > 80, $"still remembers version {store.OldestVersion}");
    }

    [Fact]
    public async Task Watch_WhoseReaderIsTooSlow_EndsAfterWhatItHolds()
    {
        var store = new Store(new() { WatchBuffer = 2 });
        using var watch = store.TryWatch(s_things, null, store.Current.Version)!;
        foreach (var name in (string[])["a", "b", "c"])
            store.TryWrite(s_things, null, Thing(name, 1));

        Assert.Equal(["a", "b"], Drain(watch));
        Assert.False(await watch.WaitAsync(default));
    }

    [Fact]
    public void Watch_OfOneNamespace_SeesNoOther()
    {
        var store = new Store();
        using var watch = store.TryWatch(s_things, "x", store.Current.Version)!;
        store.TryWrite(s_things, null, Thing("elsewhere", 1, "y"));
        store.TryWrite(s_things, null, Thing("here", 1));

        Assert.Equal(["here"], Drain(watch));
    }

    [Fact]
    public async Task Writers_Racing_LoseNothing()
    {
        var store = new Store();
        using var watch = store.TryWatch(s_things, null, store.Current.Version)!;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 250; i++)
                Assert.NotNull(store.TryWrite(s_things, null, Thing($"w{writer}-{i}", 1)));
        })));

        var versions = new List<long>();
        while (watch.TryRead(out var next))
            versions.Add(next.Version);
        Assert.Equal(1_000, store.Current.Count(s_things));
        Assert.Equal(Enumerable.Range(2, 1_000).Select(v => (long)v), versions);
    }

    private static List<string> Drain(StoreWatch watch)
    {
        var names = new List<string>();
        while (watch.TryRead(out var next))
            names.Add(next.After.Name);
        return names;
    }

    private static JsonObject Thing(string name, int value, string @namespace = "x") => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["value"] = value,
    };
}
