using System.Text.Json.Nodes;

namespace Bascule.Simulation.Scenarios;

/// <summary>Somebody writes into the status what no controller would have written.</summary>
internal static class StatusDamage
{
    /// <summary>Damages it by chance.</summary>
    public static void Act(RolloutEditor rollout, Random random)
    {
        var damage = random.Next(14) switch
        {
            0 or 1 => new JsonObject { ["currentStepIndex"] = random.Next(-5, 12) },
            2 => new JsonObject { ["stableRS"] = "nonsense" },
            3 => new JsonObject { ["currentPodHash"] = "nonsense" },
            4 => new JsonObject { ["currentStepHash"] = "nonsense" },
            5 => new JsonObject { ["observedGeneration"] = "nonsense" },
            6 => new JsonObject { ["phase"] = "Foreign", ["message"] = "written by nobody" },
            7 => new JsonObject { ["conditions"] = null },
            8 => new JsonObject { ["pauseConditions"] = new JsonArray(new JsonObject { ["reason"] = "Foreign", ["startTime"] = "2026-01-01T00:00:00Z" }) },
            9 => new JsonObject { ["controllerPause"] = random.Next(2) == 0 },
            10 => new JsonObject { ["blueGreen"] = new JsonObject { ["activeSelector"] = "nonsense", ["previewSelector"] = "nonsense", ["scaleUpPreviewCheckPoint"] = true } },
            11 => new JsonObject { ["canary"] = new JsonObject { ["weights"] = null } },
            12 => new JsonObject { ["collisionCount"] = random.Next(1, 4) },
            _ => null,
        };
        rollout.Status(damage is null ? "lose the status" : $"damage the status: {damage.ToJsonString()}", damage);
    }
}
