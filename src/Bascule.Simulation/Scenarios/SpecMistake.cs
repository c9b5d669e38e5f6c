using System.Text.Json.Nodes;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A user makes a spec that cannot run, and mends it later.</summary>
/// <param name="rollout">The Rollout.</param>
/// <param name="random">Chooses the mistake.</param>
internal sealed class SpecMistake(RolloutEditor rollout, Random random)
{
    private (string Field, JsonNode? Good)? _made;

    /// <summary>Makes one, or mends the one that is made.</summary>
    public void Act()
    {
        if (_made is not null)
            Repair();
        else if (rollout.CopyOfSpec() is { } spec)
            Make(spec);
    }

    /// <summary>Goes back to what was good, if it is not.</summary>
    public void Repair()
    {
        if (_made is not var (field, good) || rollout.Current is null)
            return;
        rollout.Replace($"mend {field}", field, good);
        _made = null;
    }

    private void Make(JsonObject spec)
    {
        var (field, bad) = random.Next(6) switch
        {
            0 => ("replicas", (JsonNode)(-1)),
            // More than the deadline within which a pod must become available.
            1 => ("minReadySeconds", 1000),
            2 => ("template", RolloutScenario.Template($"web:none-{PodBehaviour.Good}", app: "other")),
            3 => ("strategy", With(spec, "canary", "maxSurge", 0, "maxUnavailable", 0)),
            4 => ("strategy", With(spec, "canary", "canaryService", "nowhere", "steps", new JsonArray(new JsonObject { ["setWeight"] = 400 }))),
            _ => ("strategy", With(spec, "blueGreen", "activeService", "nowhere", "previewService", "nowhere")),
        };
        _made = (field, spec[field]?.DeepClone());
        rollout.Replace($"break {field}: {bad.ToJsonString()}", field, bad);
    }

    /// <summary>The strategy of this kind with two fields set, or made of them.</summary>
    private static JsonNode With(JsonObject spec, string kind, string one, JsonNode first, string other, JsonNode second)
    {
        var strategy = spec["strategy"]!.DeepClone();
        if (strategy[kind] is not JsonObject fields)
            strategy[kind] = fields = [];
        fields[one] = first;
        fields[other] = second;
        return strategy;
    }
}
