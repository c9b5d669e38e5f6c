using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>What people do to a Rollout while it runs, as the exact patches that the command line sends (CLI-1..8).</summary>
/// <param name="world">Where they do it.</param>
/// <param name="scenario">Makes the next versions.</param>
/// <param name="random">Chooses.</param>
public sealed class UserActions(SimulatedWorld world, RolloutScenario scenario, Random random)
{
    private static readonly ObjectKey s_key = new(SimulatedWorld.Namespace, RolloutScenario.Name);
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
                Status("abort", new JsonObject { ["abort"] = true });
                break;
            case 5:
                Retry();
                break;
            case 6:
                Promote();
                break;
            case 7:
                Status("promote --full", new JsonObject { ["promoteFull"] = true });
                break;
            case 8:
                Spec("scale", new JsonObject { ["replicas"] = random.Next(0, 9) });
                break;
            default:
                Spec("pause or resume", new JsonObject { ["paused"] = random.Next(2) == 0 });
                break;
        }
    }

    /// <summary>The last thing the user wants: a good version, nothing paused by hand.</summary>
    public void Settle()
    {
        Spec("resume", new JsonObject { ["paused"] = false });
        Apply(PodBehaviour.Good);
    }

    /// <summary>Promotes past a pause, as <c>promote</c> does (CLI-4).</summary>
    public void Promote() => Status("promote", new JsonObject { ["pauseConditions"] = null });

    /// <summary>Starts an aborted update again (CLI-2).</summary>
    public void Retry() => Status("retry", new JsonObject { ["abort"] = false });

    private void Apply(PodBehaviour behaviour)
    {
        var template = scenario.NextTemplate(behaviour);
        _applied.Add(template);
        Template($"apply a {behaviour} version", template);
    }

    private void Undo()
    {
        if (_applied.Count == 0)
            Apply(PodBehaviour.Good);
        else
            Template("undo to an earlier version", _applied[random.Next(_applied.Count)]);
    }

    private void Template(string what, JsonObject template) =>
        Send(what, Patch.Json([(JsonNode)new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template.DeepClone() }]), subresource: null);

    private void Spec(string what, JsonObject spec) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"{what} {spec.ToJsonString()}"), Patch.Merge(new JsonObject { ["spec"] = spec }), subresource: null);

    private void Status(string what, JsonObject status) => Send(what, Patch.Merge(new JsonObject { ["status"] = status }), "status");

    private void Send(string what, Patch patch, string? subresource)
    {
        world.Trace.Add("user: ", what);
        Completed.Result(world.Server.PatchAsync(ArgoResources.Rollouts, s_key, patch, subresource, CancellationToken.None));
    }
}
