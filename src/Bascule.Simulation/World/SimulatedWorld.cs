using Bascule.Controller;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Simulation.Faults;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.Server;
using Bascule.Simulation.Time;
using Bascule.Traffic;

namespace Bascule.Simulation.World;

/// <summary>
/// A cluster in one thread on virtual time: the API server, pods and metrics that follow a script, and the real
/// controller. After every write of the controller the invariants are judged.
/// </summary>
/// <remarks>
/// Everything happens in the caller's thread, and all chance comes from one source: the same seed is the same run.
/// </remarks>
public sealed class SimulatedWorld
{
    /// <summary>The namespace of everything.</summary>
    public const string Namespace = "default";

    // A run that needs more is stuck or spins: the longest that converge need a tenth of it.
    private const int MostMoves = 50_000;

    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_shortLag = TimeSpan.FromMilliseconds(200);

    private readonly Random _random;
    private readonly IFaults _faults;
    private readonly List<SimulatedController> _controllers = [];
    private readonly ObjectKey _rollout;
    private readonly ScriptedPodEndpoint _podEndpoint;
    private long _writesOfEarlierLives;
    private long _passesOfEarlierLives;
    private TrafficPlan? _judgedTraffic;
    private ServerWrite? _lastWrite;
    private int _moves;

    /// <summary>Makes an empty cluster without a controller.</summary>
    /// <param name="random">All chance.</param>
    /// <param name="rollout">The name of the Rollout that is judged.</param>
    /// <param name="faults">What goes wrong with calls; null for <see cref="Chance"/>.</param>
    public SimulatedWorld(Random random, string rollout, IFaults? faults = null)
    {
        _random = random;
        _rollout = new ObjectKey(Namespace, rollout);
        Time = new VirtualTime(s_start);
        Trace = new Trace(Time);
        Server = new SimulatedServer(Time);
        Server.Wrote += write => _lastWrite = write;
        Pods = new ScriptedPods(Server, Time, random);
        _podEndpoint = new ScriptedPodEndpoint(Pods, Time);
        _podEndpoint.Evicted += JudgeEviction;
        Server.Pods = _podEndpoint;
        LoadBalancer = new ScriptedLoadBalancer(Time);
        Router.Verifies = () => LoadBalancer.HasArrived;
        Metrics = new ScriptedMetrics(Time);
        Chance = new RandomFaults(random);
        _faults = faults ?? Chance;
    }

    /// <summary>Told of each write of a controller: the world just before and just after it.</summary>
    public event Action<WorldView, WorldView>? Written;

    /// <summary>The only clock there is.</summary>
    public VirtualTime Time { get; }

    /// <summary>What happened.</summary>
    public Trace Trace { get; }

    /// <summary>The API, without faults.</summary>
    public SimulatedServer Server { get; }

    /// <summary>The pods.</summary>
    public ScriptedPods Pods { get; }

    /// <summary>Asked at each eviction: whether a disruption budget is in its way.</summary>
    public Func<bool> IsEvictionRefused
    {
        get => _podEndpoint.IsRefused;
        set => _podEndpoint.IsRefused = value;
    }

    /// <summary>The pods of a version, as the API shows them.</summary>
    public IEnumerable<KubeObject> PodsOf(string hash) => _podEndpoint.List(new HashSet<string>(StringComparer.Ordinal) { hash });

    /// <summary>Where the routes of the Rollout stand; it takes Istio's place.</summary>
    public InMemoryRouter Router { get; } = new("istio");

    /// <summary>Carries the routes out.</summary>
    public ScriptedLoadBalancer LoadBalancer { get; }

    /// <summary>What measurements answer.</summary>
    public ScriptedMetrics Metrics { get; }

    /// <summary>What goes wrong by chance.</summary>
    public RandomFaults Chance { get; }

    /// <summary>What broke first; null while every promise holds.</summary>
    public string? Problem { get; private set; }

    /// <summary>Writes of all controllers so far.</summary>
    public long Writes => _writesOfEarlierLives + _controllers.Sum(c => c.Writes);

    /// <summary>Passes of all controllers so far.</summary>
    public long Passes => _passesOfEarlierLives + _controllers.Sum(c => c.Reconciles);

    /// <summary>The leader, which is the youngest; others may not know yet that they are not.</summary>
    public SimulatedController Leader => _controllers[^1];

    /// <summary>The Rollout; null when there is none.</summary>
    public RolloutFacts? Rollout => Server.Find(ArgoResources.Rollouts, _rollout)?.As(RolloutFacts.Read);

    /// <summary>How the routes share out the traffic; null while there are none.</summary>
    private TrafficPlan? Traffic => Router.PlanOf(_rollout.Namespace!, _rollout.Name);

    /// <summary>Nothing can happen at this moment, nor later by itself.</summary>
    public bool IsQuiet => NextInteresting() is null;

    /// <summary>As the leader can know it; null when there is no Rollout.</summary>
    public WorldView? View() => WorldView.Of(Server, _rollout, Leader.Cache, Traffic, undo: null);

    /// <summary>A controller starts, and is the leader.</summary>
    public void StartController() =>
        _controllers.Add(new SimulatedController(Server, Router, Metrics, Time, _random, _faults, AfterWrite, e => Trace.Add("event: ", e.Message)));

    /// <summary>Lets everything run that can, and time pass.</summary>
    /// <param name="duration">How much time.</param>
    public void RunFor(TimeSpan duration)
    {
        var until = Time.Elapsed + duration;
        while (Problem is null && Time.Elapsed < until)
        {
            if (Move())
                continue;
            JudgeVigil();
            Time.Advance(Min(NextInteresting() ?? duration, until - Time.Elapsed));
        }
    }

    /// <summary>Lets everything run and time pass until nothing would ever happen again, or the condition holds.</summary>
    /// <param name="until">Asked whenever nothing can happen at the moment.</param>
    public void RunUntilQuiet(Func<bool> until)
    {
        while (Problem is null)
        {
            if (Move())
                continue;
            if (until() || NextInteresting() is not { } next)
                return;
            Time.Advance(next);
        }
    }

    /// <summary>Lets one thing happen that can happen now; false when nothing can.</summary>
    public bool Move()
    {
        if (++_moves > MostMoves)
        {
            Fail($"{MostMoves} moves, and no end");
            return false;
        }

        BringTrouble();
        ReplaceTheDead();
        var first = _random.Next(4);
        for (var i = 0; i < 4; i++)
        {
            var moved = ((first + i) % 4) switch
            {
                0 => Deliver(),
                1 => Reconcile(),
                2 => Pods.Step(),
                _ => Metrics.AnswerOne(),
            };
            if (moved)
                return true;
        }

        return false;
    }

    /// <summary>Another controller takes over; the one before goes on until it notices.</summary>
    /// <param name="noticesAfter">How long that takes.</param>
    public void ChangeLeader(TimeSpan noticesAfter)
    {
        Trace.Add("another controller leads");
        var old = Leader;
        old.Overthrow();
        StartController();

        // A timer of virtual time: it fires in this thread while the clock passes it, and the world keeps no track of it.
        _ = Time.CreateTimer(_ => old.Kill(), null, noticesAfter, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The garbage collector notices later that an owner is gone.</summary>
    /// <param name="delay">How much later.</param>
    public void CollectGarbageAfter(TimeSpan delay) => _ = Time.CreateTimer(_ => Server.CollectGarbage(), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Records that something is wrong; the first problem counts.</summary>
    public void Fail(string problem)
    {
        Problem ??= problem;
        Trace.Add(problem);
    }

    private void BringTrouble()
    {
        var plan = Chance.Plan;
        if (ReferenceEquals(plan, FaultPlan.None))
            return;
        if (Chance.Happens(plan.PodTrouble))
            TroublePods();
        if (Chance.Happens(plan.LeaderChange) && _controllers.Count < 3)
            ChangeLeader(TimeSpan.FromSeconds(_random.NextDouble() * 15));
        if (Chance.Happens(plan.RepeatedEvent))
            Leader.Cache.Repeat(_random.Next(2) == 0 ? ArgoResources.Rollouts : ResourceTypes.ReplicaSets);
        if (!Chance.Happens(plan.ClockJump))
            return;
        var jump = TimeSpan.FromSeconds(_random.Next(-120, 120));
        Trace.Add("the clock jumps by ", jump);
        Time.JumpClock(jump);
    }

    private void TroublePods()
    {
        var kind = _random.Next(8);
        Trace.Add(kind == 0 ? "a node is lost" : kind < 4 ? "a pod is evicted" : "a container crashes");
        if (kind == 0)
            Pods.LoseNode();
        else if (kind < 4)
            Pods.Evict();
        else
            Pods.Crash();
    }

    private void ReplaceTheDead()
    {
        var led = !Leader.IsDead;
        for (var i = _controllers.Count - 1; i >= 0; i--)
        {
            if (!_controllers[i].IsDead)
                continue;
            _writesOfEarlierLives += _controllers[i].Writes;
            _passesOfEarlierLives += _controllers[i].Reconciles;
            _controllers[i].Stop();
            _controllers.RemoveAt(i);
        }

        if (led)
            return;
        Trace.Add("the controller died, and another starts");
        StartController();
    }

    private bool Deliver()
    {
        var controller = _controllers[_random.Next(_controllers.Count)];
        if (!controller.IsBehind || Chance.Happens(Chance.Plan.StaleCache))
            return false;
        if (controller.Workloads is { IsBehind: true } workloads && (!controller.Cache.IsBehind || _random.Next(2) == 0))
        {
            workloads.Deliver();
            return true;
        }

        var type = controller.Cache.Behind(_random);
        if (Chance.Happens(Chance.Plan.DroppedWatch))
            controller.Cache.DropWatch(type);
        else
            controller.Cache.Deliver(type);
        return true;
    }

    private bool Reconcile()
    {
        var first = _random.Next(_controllers.Count);
        for (var i = 0; i < _controllers.Count; i++)
        {
            var controller = _controllers[(first + i) % _controllers.Count];
            if (!controller.IsDead && controller.ReconcileOne(_random.Next(2)))
                return true;
        }

        return false;
    }

    private TimeSpan? NextInteresting()
    {
        TimeSpan? next = Earlier(Pods.NextChangeIn, Metrics.NextAnswerIn);
        foreach (var controller in _controllers)
        {
            if (controller.IsDead || controller.IsBehind)
                next = Earlier(next, s_shortLag);
            next = Earlier(next, controller.NextWakeUpIn);

            // A pass in the middle of its writes, which tries one again.
            if (controller.IsWaiting && Metrics.NextAnswerIn is null)
                next = Earlier(next, Time.NextTimerIn);
        }

        return next is { } wait && wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : next;
    }

    private void AfterWrite(SimulatedController writer, bool toServer)
    {
        if (!toServer)
            LoadBalancer.Set();
        var trafficBefore = _judgedTraffic;
        _judgedTraffic = Traffic;
        var write = toServer ? _lastWrite : null;
        var after = WorldView.Of(Server, _rollout, writer.Cache, _judgedTraffic, undo: null);
        var before = WorldView.Of(Server, _rollout, writer.Cache, trafficBefore, write);
        Trace.Add(write is null ? "wrote routes: " : $"wrote {write.Type.Plural}: ", after);
        if (write is { Before: { ControllerUid: null }, After.ControllerUid: not null } && write.After.ControllerUid != Server.Find(ArgoResources.Rollouts, _rollout)?.Uid)
            Fail($"broken: nobody is given to an owner that is gone\n  after:  {after}");
        if (before is null || after is null || IsAboutAnEarlierRollout(writer))
            return;
        Written?.Invoke(before, after);
        if (RolloutInvariants.Broken(before, after) is { } promise)
            Fail($"broken: {promise}\n  before: {before}\n  after:  {after}");
        else if (_controllers.Count == 1 && LoadBalancer.HasArrived == false && RolloutInvariants.HasLeftAWeight(before, after))
            Fail($"broken: a step that sets a weight ends when the load balancer has it\n  before: {before}\n  after:  {after}");
    }

    /// <summary>The Rollout was deleted and applied again, and the writer cannot know yet: it goes on with the one that is gone.</summary>
    private bool IsAboutAnEarlierRollout(SimulatedController writer) =>
        writer.Cache.Get(ArgoResources.Rollouts, _rollout) is { } known && known.Uid != Server.Find(ArgoResources.Rollouts, _rollout)?.Uid;

    /// <summary>Only of a controller that knows everything there is to know, with nobody beside it.</summary>
    private void JudgeVigil()
    {
        if (_controllers.Count != 1 || Leader is not { IsDead: false, IsBehind: false, IsWaiting: false } || Rollout is not { Phase: "Progressing" })
            return;
        if (View() is { } view && Vigil.IsForgotten(Server, view, Leader.LooksAtRolloutIn, Time.GetUtcNow()))
            Fail($"forgotten: nothing is on its way, and it is {view}");
    }

    /// <summary>Pods are looked at as they are when they are sent away, so that what is available then is known.</summary>
    private void JudgeEviction()
    {
        Trace.Add("sent a pod away");
        if (View() is not { } view)
            return;
        var available = 0;
        foreach (var replicaSet in Server.All(ResourceTypes.ReplicaSets))
            available += view.Of(replicaSet.Labels.GetValueOrDefault("rollouts-pod-template-hash", "")) is not null ? _podEndpoint.Available(replicaSet) : 0;
        if (available < view.Rollout.Replicas - view.Rollout.RestartsAtATime)
            Fail($"broken: a restart leaves as many pods as maxUnavailable promises\n  after:  {available} available, {view}");
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
