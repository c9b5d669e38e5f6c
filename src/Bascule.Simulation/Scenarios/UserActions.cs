using System.Text.Json.Nodes;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>What people do to a Rollout while it runs, as the exact patches that the command line sends (CLI-1..8).</summary>
/// <param name="rollout">What they do it to.</param>
/// <param name="scenario">Makes the next versions.</param>
/// <param name="random">Chooses.</param>
internal sealed class UserActions(RolloutEditor rollout, RolloutScenario scenario, Random random)
{
    private readonly List<JsonObject> _applied = [];

    /// <summary>Does one thing that a user might do now.</summary>
    public void Act()
    {
        switch (random.Next(10))
        {
            case 0 or 1 or 2:
                Apply((PodBehaviour)random.Next(5));
                break;
            case 3:
                Undo();
                break;
            case 4:
                rollout.Status("abort", new JsonObject { ["abort"] = true });
                break;
            case 5:
                Retry();
                break;
            case 6:
                Promote();
                break;
            case 7:
                PromoteFully();
                break;
            case 8:
                rollout.Spec("scale", new JsonObject { ["replicas"] = random.Next(0, 9) });
                break;
            default:
                rollout.Spec("pause or resume", new JsonObject { ["paused"] = random.Next(2) == 0 });
                break;
        }
    }

    /// <summary>The last thing the user wants: a good version, nothing paused by hand.</summary>
    public void Settle()
    {
        rollout.Spec("resume", new JsonObject { ["paused"] = false });
        Apply(PodBehaviour.Good);
    }

    /// <summary>Promotes past a pause, as <c>promote</c> does (CLI-4).</summary>
    public void Promote() => rollout.Status("promote", new JsonObject { ["pauseConditions"] = null });

    /// <summary>Promotes past everything, as <c>promote --full</c> does (CLI-5).</summary>
    public void PromoteFully() => rollout.Status("promote --full", new JsonObject { ["promoteFull"] = true });

    /// <summary>Starts an aborted update again (CLI-2).</summary>
    public void Retry() => rollout.Status("retry", new JsonObject { ["abort"] = false });

    private void Apply(PodBehaviour behaviour)
    {
        var template = scenario.NextTemplate(behaviour);
        _applied.Add(template);
        rollout.Template($"apply a {behaviour} version", template);
    }

    private void Undo()
    {
        if (_applied.Count == 0)
            Apply(PodBehaviour.Good);
        else
            rollout.Template("undo to an earlier version", _applied[random.Next(_applied.Count)]);
    }
}
