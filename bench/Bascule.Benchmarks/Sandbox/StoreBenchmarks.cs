using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Storage;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Sandbox;

/// <summary>What the store's own work costs among 10,000 objects, without the API's rules.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int Objects = 10_000;
    private static readonly StorageKey s_maps = new("", "configmaps");
    private readonly Store _store = new();
    private readonly ObjectKey _key = new("default", "map-5000");
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        for (; _next < Objects; _next++)
            _store.TryWrite(s_maps, null, Body(_next));
    }

    [Benchmark(Description = "create, then remove")]
    public StoredObject? CreateAndRemove() => _store.TryRemove(s_maps, _store.TryWrite(s_maps, null, Body(_next++))!);

    [Benchmark(Description = "read")]
    public StoredObject? Read() => _store.Get(s_maps, _key);

    [Benchmark(Description = "update")]
    public StoredObject? Update()
    {
        var found = _store.Get(s_maps, _key)!;
        return _store.TryWrite(s_maps, found, found.ToNode());
    }

    private static JsonObject Body(int i) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"map-{i}", ["namespace"] = "default" },
        ["data"] = new JsonObject { ["a"] = "1", ["b"] = "2" },
    };
}
