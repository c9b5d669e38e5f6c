using Bascule.Kube.Cache;
using Bascule.Kube.Tests.Shared;

namespace Bascule.Kube.Tests.Cache;

public sealed class ObjectIndexTests
{
    private readonly ObjectIndex _index = new(ResourceTypes.ConfigMaps);

    [Fact]
    public void Replace_AnotherList_TellsWhatDiffers()
    {
        _index.Replace([Objects.Stored("x", "same", "1"), Objects.Stored("x", "changed", "2"), Objects.Stored("x", "gone", "3")], "3");
        var changes = _index.Replace([Objects.Stored("x", "same", "1"), Objects.Stored("x", "changed", "5"), Objects.Stored("x", "new", "4")], "5");

        Assert.Equal(["changed:2>5", "gone:3>", "new:>4"], changes.Select(c => $"{c.Key.Name}:{c.Old?.ResourceVersion}>{c.New?.ResourceVersion}").Order());
        Assert.Equal("5", _index.ResourceVersion);
    }

    [Fact]
    public void Apply_SameVersionAgain_ChangesNothing()
    {
        var value = Objects.Stored("x", "a", "1");
        Assert.NotNull(_index.Apply(new WatchEvent(WatchEventType.Added, value)));

        Assert.Null(_index.Apply(new WatchEvent(WatchEventType.Modified, Objects.Stored("x", "a", "1"))));
    }

    [Fact]
    public void Apply_Bookmark_OnlyMovesTheVersion()
    {
        Assert.Null(_index.Apply(new WatchEvent(WatchEventType.Bookmark, Objects.Stored("", "", "77"))));

        Assert.Equal("77", _index.ResourceVersion);
        Assert.Empty(_index.List(null));
    }

    [Fact]
    public void OwnedBy_OwnerChanges_MovesTheObject()
    {
        _index.Apply(new WatchEvent(WatchEventType.Added, Objects.Stored("x", "a", "1", controllerUid: "one")));
        _index.Apply(new WatchEvent(WatchEventType.Modified, Objects.Stored("x", "a", "2", controllerUid: "two")));

        Assert.Empty(_index.OwnedBy("one"));
        Assert.Equal("a", Assert.Single(_index.OwnedBy("two")).Name);
        _index.Apply(new WatchEvent(WatchEventType.Modified, Objects.Stored("x", "a", "3")));
        Assert.Empty(_index.OwnedBy("two"));
        Assert.Equal("a", Assert.Single(_index.Uncontrolled("x")).Name);
    }

    [Fact]
    public void List_ReadTwice_IsTheSameListUntilAChange()
    {
        _index.Apply(new WatchEvent(WatchEventType.Added, Objects.Stored("x", "a", "1")));
        var before = _index.List("x");

        Assert.Same(before, _index.List("x"));
        _index.Apply(new WatchEvent(WatchEventType.Added, Objects.Stored("y", "b", "2")));
        Assert.Same(before, _index.List("x"));
        _index.Apply(new WatchEvent(WatchEventType.Added, Objects.Stored("x", "c", "3")));
        Assert.Single(before);
        Assert.Equal(2, _index.List("x").Count);
    }

    [Fact]
    public void Indexes_RandomEvents_AgreeWithASlowModel()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        var model = new Dictionary<ObjectKey, KubeObject>();
        for (var version = 1; version <= 5_000; version++)
        {
            var value = Objects.Stored($"ns{random.Next(3)}", $"o{random.Next(20)}", $"{version}", random.Next(3) == 0 ? null : $"owner{random.Next(4)}");
            if (random.Next(3) == 0)
            {
                model.Remove(value.Key);
                _index.Apply(new WatchEvent(WatchEventType.Deleted, value));
            }
            else
            {
                model[value.Key] = value;
                _index.Apply(new WatchEvent(WatchEventType.Modified, value));
            }

            var owner = $"owner{random.Next(4)}";
            var space = $"ns{random.Next(3)}";
            Assert.Equal(Names(model.Values.Where(o => o.ControllerUid == owner)), Names(_index.OwnedBy(owner)));
            Assert.Equal(Names(model.Values.Where(o => o.Namespace == space)), Names(_index.List(space)));
            Assert.Equal(Names(model.Values.Where(o => o.Namespace == space && o.ControllerUid is null)), Names(_index.Uncontrolled(space)));
            Assert.Equal(Names(model.Values.Where(o => o.ControllerUid is null)), Names(_index.Uncontrolled(null)));
            Assert.Equal(model.Count, _index.List(null).Count);
        }

        static IEnumerable<string> Names(IEnumerable<KubeObject> objects) => objects.Select(o => $"{o.Key}@{o.ResourceVersion}").Order();
    }
}
