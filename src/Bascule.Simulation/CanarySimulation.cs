using System.Globalization;
using Bascule.Kube;
using Bascule.Simulation.Faults;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.World;

namespace Bascule.Simulation;

/// <summary>
/// One random canary, lived through under random users and random faults, then left in peace: after every write of the
/// controller the invariants hold, and in the end it is healthy on the last version and writes no more.
/// </summary>
/// <remarks>
/// Everything happens in the caller's thread, and all chance comes from the seed: the same seed is the same run.
/// </remarks>
public sealed class CanarySimulation
{
    // A run that needs more is stuck or spins: the longest that converge need a tenth of it.
    private const int MostMoves = 50_000;
    private const int LinesOfTrace = 400;

    private static readonly TimeSpan s_troubleLasts = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_rest = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_shortLag = TimeSpan.FromMilliseconds(200);

    private readonly int _seed;
    private readonly Random _random;
    private readonly SimulatedCluster _cluster;
    private readonly Queue<string> _trace = new();
    private readonly FaultPlan _trouble;
    private FaultPlan _plan;
    private SimulatedController _controller;
    private WorldView? _before;
    private string? _problem;
    private long _writesOfEarlierLives;
    private int _moves;

    private CanarySimulation(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _cluster = new SimulatedCluster(_random);
        _trouble = _plan = FaultPlan.Draw(_random);
        _controller = NewLife();
    }

    /// <summary>Lives through the run of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="cancellationToken">Ends it early, with an <see cref="OperationCanceledException"/>.</param>
    public static SimulationOutcome Run(int seed, CancellationToken cancellationToken)
    {
        var simulation = new CanarySimulation(seed);
        var run = simulation.RunAsync(cancellationToken);
        if (!run.IsCompleted)
            throw new InvalidOperationException("the simulation waited for something real: only virtual time may pass in it");
        run.GetAwaiter().GetResult();
        return new SimulationOutcome(
            seed, simulation._problem, simulation._writesOfEarlierLives + simulation._controller.Writes, simulation._cluster.Time.Elapsed, [.. simulation._trace]);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        Note($"seed {_seed}, faults {_trouble}");
        await _cluster.StartAsync(cancellationToken);
        await LiveThroughTroubleAsync(cancellationToken);
        if (_problem is null)
            await SettleAsync(cancellationToken);
        if (_problem is null)
            await RestAsync(cancellationToken);
    }

    /// <summary>Users act and things fail.</summary>
    private async Task LiveThroughTroubleAsync(CancellationToken cancellationToken)
    {
        var actions = _random.Next(0, 8);
        for (var i = 0; i < actions && _problem is null; i++)
        {
            await RunUntilAsync(_cluster.Time.Elapsed + (s_troubleLasts * (_random.NextDouble() / actions)), cancellationToken);
            await _cluster.Users.ActAsync(cancellationToken);
            Note($"user: {_cluster.Users.Log[^1]}");
            _before = View();
        }

        await RunUntilAsync(_cluster.Time.Elapsed + TimeSpan.FromMinutes(1), cancellationToken);
    }

    /// <summary>Nothing fails any more, the user wants a good version and promotes whatever waits for a user.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        Note("calm");
        _plan = FaultPlan.None;
        _cluster.Metrics.AlwaysGood = true;
        await _cluster.Users.SettleAsync(cancellationToken);
        _before = View();
        while (_problem is null && !IsSettled())
        {
            await RunUntilQuietAsync(cancellationToken);
            var view = View();
            if (_problem is not null || IsSettled())
                return;
            if (view.Phase == "Paused")
                await _cluster.Users.PromoteAsync(cancellationToken);
            else if (view.Aborted)
                await _cluster.Users.RetryAsync(cancellationToken);
            else
                Fail($"stuck: nothing will ever happen again, and it is {view}");
            Note($"user: {_cluster.Users.Log[^1]}");
            _before = View();
        }
    }

    /// <summary>Once the world stands still, so does the controller.</summary>
    private async Task RestAsync(CancellationToken cancellationToken)
    {
        await RunUntilQuietAsync(cancellationToken);
        var writes = _controller.Writes;
        await RunUntilAsync(_cluster.Time.Elapsed + s_rest, cancellationToken);
        if (_problem is null && _controller.Writes != writes)
            Fail($"{_controller.Writes - writes} writes while nothing happened");
    }

    private bool IsSettled()
    {
        var view = View();
        return view.Phase == "Healthy" && view.StableHash == view.CurrentHash && _cluster.IsObserved();
    }

    private async Task RunUntilAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        while (_problem is null && _cluster.Time.Elapsed < until)
        {
            if (!await MoveAsync(cancellationToken))
                _cluster.Time.Advance(Min(NextInteresting() ?? until, until - _cluster.Time.Elapsed));
        }
    }

    private async Task RunUntilQuietAsync(CancellationToken cancellationToken)
    {
        while (_problem is null)
        {
            if (await MoveAsync(cancellationToken))
                continue;
            if (IsSettled() || View().Phase == "Paused" || NextInteresting() is not { } next)
                return;
            _cluster.Time.Advance(next);
        }
    }

    /// <summary>Lets one thing happen that can happen now; false when nothing can.</summary>
    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_moves > MostMoves)
        {
            Fail($"{MostMoves} moves, and no end");
            return false;
        }

        if (_controller.IsDead)
        {
            Note("controller: crashed, starts again");
            _writesOfEarlierLives += _controller.Writes;
            _controller = NewLife();
        }

        var first = _random.Next(3);
        for (var i = 0; i < 3; i++)
        {
            var moved = ((first + i) % 3) switch
            {
                0 => Deliver(),
                1 => await ReconcileAsync(cancellationToken),
                _ => await StepPodsAsync(cancellationToken),
            };
            if (moved)
                return true;
        }

        return false;
    }

    private bool Deliver()
    {
        var behind = _controller.Cache.Behind();
        if (behind.Count == 0 || Happens(_plan.StaleCache))
            return false;
        var type = behind[_random.Next(behind.Count)];
        if (Happens(_plan.DroppedWatch))
            _controller.Cache.DropWatch(type);
        else
            _controller.Cache.Deliver(type);
        return true;
    }

    private async Task<bool> ReconcileAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _controller.ReconcileOneAsync(preferRuns: _random.Next(2) == 0, cancellationToken);
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }

    private async Task<bool> StepPodsAsync(CancellationToken cancellationToken)
    {
        var moved = await _cluster.StepPodsAsync(cancellationToken);
        if (moved)
            _before = View();
        return moved;
    }

    private TimeSpan? NextInteresting()
    {
        TimeSpan? next = _controller.Cache.Behind().Count > 0 ? s_shortLag : null;
        if (_controller.NextWakeUpIn is { } wakeUp)
            next = Min(next ?? wakeUp, wakeUp);
        if (_cluster.NextPodChangeIn is { } pods)
            next = Min(next ?? pods, pods);
        return next is { } wait && wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : next;
    }

    private SimulatedController NewLife()
    {
        var life = new SimulatedController(_cluster.Store, _cluster.Client, _cluster.Metrics, _cluster.Time, _random, () => _plan, AfterWrite);
        return life;
    }

    private void AfterWrite()
    {
        var after = View();
        Note(string.Create(CultureInfo.InvariantCulture, $"wrote: {after}"));
        if (_before is not null && CanaryInvariants.Broken(_before, after) is { } promise)
            Fail($"broken: {promise}\n  before: {_before}\n  after:  {after}");
        _before = after;
    }

    private WorldView View() => _cluster.View(key => _controller.Cache.Get(ResourceTypes.ReplicaSets, key));

    private void Fail(string problem)
    {
        _problem ??= problem;
        Note(problem);
    }

    private void Note(string line)
    {
        if (_trace.Count == LinesOfTrace)
            _trace.Dequeue();
        _trace.Enqueue($"{_cluster.Time.Elapsed:hh\\:mm\\:ss\\.fff} {line}");
    }

    private bool Happens(double probability) => probability > 0 && _random.NextDouble() < probability;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
