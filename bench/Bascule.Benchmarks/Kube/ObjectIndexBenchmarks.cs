using System.Text;
using Bascule.Kube;
using Bascule.Kube.Cache;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Kube;

/// <summary>What reading from the cache and keeping it costs, with 10,000 ReplicaSets of 1,000 owners.</summary>
[MemoryDiagnoser]
public class ObjectIndexBenchmarks
{
    private const int Owners = 1_000;
    private const int PerOwner = 10;
    private readonly ObjectIndex _index = new(ResourceTypes.ReplicaSets);
    private readonly ObjectKey _key = new("default", "rs-500-5");
    private readonly WatchEvent[] _updates = new WatchEvent[2];
    private int _turn;

    [GlobalSetup]
    public void SetUp()
    {
        var all = Enumerable.Range(0, Owners).SelectMany(o => Enumerable.Range(0, PerOwner).Select(n => ReplicaSet(o, n, "1"))).ToList();
        _index.Replace(all, "1");
        _updates[0] = new WatchEvent(WatchEventType.Modified, ReplicaSet(500, 5, "2"));
        _updates[1] = new WatchEvent(WatchEventType.Modified, ReplicaSet(500, 5, "3"));
    }

    [Benchmark(Description = "get by key")]
    public KubeObject? Get() => _index.Get(_key);

    [Benchmark(Description = "owned by, nothing changed")]
    public int OwnedBy() => _index.OwnedBy("uid-500").Count;

    [Benchmark(Description = "one change, then owned by")]
    public int ChangeThenOwnedBy()
    {
        _turn ^= 1;
        _index.Apply(_updates[_turn]);
        return _index.OwnedBy("uid-500").Count;
    }

    private static KubeObject ReplicaSet(int owner, int number, string version) => KubeObject.Parse(Encoding.UTF8.GetBytes(
        $$$"""{"metadata":{"name":"rs-{{{owner}}}-{{{number}}}","namespace":"default","uid":"u-{{{owner}}}-{{{number}}}","resourceVersion":"{{{version}}}","ownerReferences":[{"uid":"uid-{{{owner}}}","controller":true}]}}"""));
}
