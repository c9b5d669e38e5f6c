using Bascule.Simulation.Faults;
using Bascule.Simulation.Scenarios;
using Bascule.Simulation.World;

namespace Bascule.Simulation;

/// <summary>
/// One random Rollout, lived through under random users and random faults, then left in peace: after every write of the
/// controller the invariants hold, and in the end it is healthy on the last version and writes no more.
/// </summary>
public sealed class RolloutSimulation
{
    private static readonly TimeSpan s_troubleLasts = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_rest = TimeSpan.FromHours(1);

    private readonly Random _random;
    private readonly RolloutScenario _scenario;
    private readonly SimulatedWorld _world;
    private readonly UserActions _users;
    private readonly RareActions _rare;
    private readonly WorkloadShape _workload;
    private readonly RestartShape _restarts;
    private readonly AutoscalerShape _autoscaler;
    private readonly ExperimentShape _experiments;
    private readonly BudgetShape _budget;
    private readonly VerificationShape _verification;
    private readonly PodMetadataShape _podMetadata;

    private RolloutSimulation(int seed)
    {
        _random = new Random(seed);
        _scenario = new RolloutScenario(_random);
        _world = new SimulatedWorld(_random, RolloutScenario.Name);
        var rollout = new RolloutEditor(_world);
        _users = new UserActions(rollout, _scenario, _random);
        _rare = new RareActions(_world, rollout, Chances.OfRareActions(seed));
        _workload = new WorkloadShape(_world, Chances.OfWorkloads(seed));
        _restarts = new RestartShape(_world, rollout, Chances.OfRestarts(seed));
        _autoscaler = new AutoscalerShape(_world, rollout, Chances.OfAutoscalers(seed));
        _experiments = new ExperimentShape(_world, Chances.OfExperiments(seed));
        _budget = new BudgetShape(_world, Chances.OfBudgets(seed));
        _verification = new VerificationShape(_world, Chances.OfVerification(seed));
        _podMetadata = new PodMetadataShape(_world, rollout, Chances.OfPodMetadata(seed));
        _world.Trace.Add("seed ", seed);
    }

    /// <summary>Lives through the run of a seed.</summary>
    /// <param name="seed">Any number.</param>
    public static SimulationOutcome Run(int seed)
    {
        var simulation = new RolloutSimulation(seed);
        simulation.Run();
        return new SimulationOutcome(seed, simulation._world);
    }

    private void Run()
    {
        var plan = FaultPlan.Draw(_random);
        _world.Trace.Add("faults ", plan);
        _scenario.Apply(_world.Server, _workload, _experiments, _podMetadata);
        _budget.Begin();
        _verification.Begin();
        _world.Chance.Plan = plan;
        _world.Metrics.Answer = () => _random.Next(12) is var chance && chance < 6 ? (MetricAnswer)chance : MetricAnswer.Good;
        _world.Metrics.Takes = () => _random.Next(8) == 0 ? TimeSpan.FromSeconds(_random.Next(1, 90)) : TimeSpan.Zero;
        _world.StartController();
        LiveThroughTrouble();
        Settle();
        Rest();
    }

    /// <summary>Users act and things fail.</summary>
    private void LiveThroughTrouble()
    {
        var actions = _random.Next(0, 8);
        for (var i = 0; i < actions && _world.Problem is null; i++)
        {
            _autoscaler.RunFor(s_troubleLasts * (_random.NextDouble() / actions));
            _users.Act();
            _workload.Act();
            _restarts.Act();
            if (_rare.Next() is not { } wait)
                continue;
            _autoscaler.RunFor(wait);
            _rare.Act();
        }

        _world.RunFor(TimeSpan.FromMinutes(1));
    }

    /// <summary>Nothing fails any more, the user wants a good version and promotes whatever waits for a user.</summary>
    private void Settle()
    {
        if (_world.Problem is not null)
            return;
        _world.Trace.Add("calm");
        _world.Chance.Plan = FaultPlan.None;
        _world.Metrics.Answer = () => MetricAnswer.Good;
        _budget.Settle();
        _verification.Settle();
        _rare.Settle();
        _users.Settle();
        var aborts = 0;
        while (_world.Problem is null && !IsSettled())
        {
            _world.RunUntilQuiet(() => IsSettled() || _world.Rollout is { Phase: "Paused" } or { Aborted: true, IsObserved: true });
            if (_world.Problem is not null || IsSettled())
                return;
            if (_world.Rollout is { Phase: "Paused" })
                _users.Promote();
            else if (_world.Rollout is { Aborted: true } && _experiments.IsHopeless(++aborts))
                _users.PromoteFully();
            else if (_world.Rollout is { Aborted: true })
                _users.Retry();
            else
                _world.Fail($"stuck: nothing will ever happen again, and it is {_world.View()}");
        }
    }

    /// <summary>Once the world stands still, so does the controller.</summary>
    private void Rest()
    {
        if (_world.Problem is not null)
            return;
        _restarts.Settle();
        _world.RunUntilQuiet(() => false);
        _workload.Judge();
        _restarts.Judge();
        _experiments.Judge();
        _podMetadata.Judge();
        var writes = _world.Writes;
        _world.RunFor(s_rest);
        if (_world.Problem is null && _world.Writes != writes)
            _world.Fail($"{_world.Writes - writes} writes while nothing happened");
    }

    private bool IsSettled() => _world.Rollout is { Phase: "Healthy", IsObserved: true } rollout
        && rollout.StableHash == rollout.CurrentHash
        && (rollout.Workload.Length == 0 || rollout.WorkloadGeneration == _world.View()!.Workload?.Generation);
}
