using Bascule.Kube;
using Bascule.Sandbox.Storage;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Sandbox;

/// <summary>What one write costs when others watch, up to every watcher having taken its event.</summary>
[MemoryDiagnoser]
public class WatchBenchmarks
{
    private static readonly StorageKey s_maps = new("", "configmaps");
    private readonly Store _store = new();
    private readonly ObjectKey _key = new("default", "map");
    private readonly List<StoreWatch> _watches = [];

    /// <summary>How many watch.</summary>
    [Params(1, 100, 1_000)]
    public int Watchers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var first = _store.TryWrite(s_maps, null, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "map", ["namespace"] = "default" } })!;
        for (var i = 0; i < Watchers; i++)
            _watches.Add(_store.TryWatch(s_maps, null, first.Version)!);
    }

    [GlobalCleanup]
    public void CleanUp() => _watches.ForEach(w => w.Dispose());

    [Benchmark(Description = "write, all watchers read")]
    public int WriteAndRead()
    {
        var found = _store.Get(s_maps, _key)!;
        _store.TryWrite(s_maps, found, found.ToNode());
        return _watches.Count(w => w.TryRead(out _));
    }
}
