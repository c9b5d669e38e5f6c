using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>
/// What people do seldom to a Rollout that runs: other steps, another strategy, a mistake, a hand in the status, all of it
/// deleted and applied anew. Half of the runs see none of it, the others two or three kinds.
/// </summary>
internal sealed class RareActions
{
    private readonly RolloutEditor _rollout;
    private readonly Random _random;
    private readonly StrategyDraw _draw;
    private readonly Reinstallation _reinstallation;
    private readonly SpecMistake _mistake;
    private readonly List<Action> _kinds = [];

    /// <summary>Draws which kinds of actions the run sees.</summary>
    /// <param name="world">Where they act.</param>
    /// <param name="rollout">What they do it to.</param>
    /// <param name="random">Chooses.</param>
    public RareActions(SimulatedWorld world, RolloutEditor rollout, Random random)
    {
        _rollout = rollout;
        _random = random;
        _draw = new StrategyDraw(random);
        _reinstallation = new Reinstallation(world, rollout, random);
        _mistake = new SpecMistake(rollout, random);
        if (random.Next(2) == 0)
            return;
        Action[] all = [EditSteps, SwitchStrategy, Skip, _reinstallation.Act, _mistake.Act, () => StatusDamage.Act(rollout, random)];
        random.Shuffle(all);
        _kinds.AddRange(all.AsSpan(0, random.Next(1, 4)));
    }

    /// <summary>How long after an ordinary action one of these follows; null for not at all.</summary>
    public TimeSpan? Next() => _kinds.Count == 0 || _random.Next(3) == 0 ? null : TimeSpan.FromSeconds(_random.NextDouble() * _random.NextDouble() * 120);

    /// <summary>Does one of them.</summary>
    public void Act() => _kinds[_random.Next(_kinds.Count)]();

    /// <summary>Nothing is left undone or wrong.</summary>
    public void Settle()
    {
        _reinstallation.Settle();
        _mistake.Repair();
    }

    /// <summary>Other steps for the canary, in the middle of what it does.</summary>
    private void EditSteps()
    {
        if (_rollout.CopyOfSpec()?["strategy"] is not JsonObject strategy || strategy["canary"] is not JsonObject canary)
            return;
        canary["steps"] = _draw.Steps(canary);
        _rollout.Replace("other steps", "strategy", strategy);
    }

    /// <summary>Another strategy, of any kind.</summary>
    private void SwitchStrategy() => _rollout.Replace("another strategy", "strategy", _draw.Strategy());

    private void Skip()
    {
        if (_rollout.Current?.As(Rollout.Read) is not { } found)
            return;
        if (_random.Next(3) == 0)
            _rollout.Send("promote", RolloutActions.Promote(found));
        else if (found.Spec.Canary is { Steps.IsEmpty: false })
            _rollout.Send("promote, skipping", _random.Next(3) == 0 ? RolloutActions.SkipAllSteps(found) : RolloutActions.SkipCurrentStep(found));
        else
            _rollout.Send("promote --full", RolloutActions.PromoteFull(found));
    }
}
