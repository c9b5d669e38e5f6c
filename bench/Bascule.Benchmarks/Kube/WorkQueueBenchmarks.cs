using Bascule.Kube;
using Bascule.Kube.Queue;
using BenchmarkDotNet.Attributes;

namespace Bascule.Benchmarks.Kube;

/// <summary>What a change costs before a reconciler sees it.</summary>
[MemoryDiagnoser]
public class WorkQueueBenchmarks
{
    private const int Keys = 1_000;
    private readonly ObjectKey[] _keys = [.. Enumerable.Range(0, Keys).Select(i => new ObjectKey("default", $"rollout-{i}"))];
    private WorkQueue<ObjectKey> _queue = null!;

    [GlobalSetup]
    public void SetUp() => _queue = new WorkQueue<ObjectKey>(BackOff.Reconcile, TimeProvider.System, new Random(1));

    [GlobalCleanup]
    public void CleanUp() => _queue.Dispose();

    [Benchmark(Description = "add, take, done", OperationsPerInvoke = Keys)]
    public void AddTakeDone()
    {
        foreach (var key in _keys)
            _queue.Add(key);
        while (_queue.TryTake(out var key))
            _queue.Done(key);
    }

    [Benchmark(Description = "the same key added again and again", OperationsPerInvoke = Keys)]
    public void AddDuplicates()
    {
        for (var i = 0; i < Keys; i++)
            _queue.Add(_keys[0]);
        _queue.TryTake(out var key);
        _queue.Done(key);
    }

    [Benchmark(Description = "take, look again in an hour, done", OperationsPerInvoke = Keys)]
    public void LookAgainLater()
    {
        foreach (var key in _keys)
            _queue.Add(key);
        while (_queue.TryTake(out var key))
        {
            _queue.AddAfter(key, TimeSpan.FromHours(1));
            _queue.Done(key);
        }
    }
}
