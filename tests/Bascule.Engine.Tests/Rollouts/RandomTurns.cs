using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What users, other controllers, the clock and damage may do to a Rollout and what is around it, by number.</summary>
internal static class RandomTurns
{
    private static readonly Action<TestWorld, int>[] All =
    [
        SetImage, SetImage, SetImage, MakeSomePods, MakePods, PassTime, PassTime, Scale, Pause, Abort, PromoteFull, Resume, DamageIndex, DamageField, DamageVersion, DamageList,
        DamageReplicaSetStatus, DamageAnnotations, DamageService, EndRuns, EndExperiments, AnswerTraffic, ForgetStatus, Restart, AnswerPlugin, ChangeWorkload, ChangeSteps, ChangeStrategy,
        RemoveReplicaSet, RemoveRuns, RemoveService, RemoveTemplate, Delete,
    ];

    private static readonly string[] Versions = ["", "nobody", "NEW", "OLD", "Paused", "7"];

    private static readonly string[] Lists =
    [
        "null", "[]", "[1]", """[{"reason":"CanaryPauseStep","startTime":"2026-07-01T12:00:00Z"}]""", """[{"reason":"BlueGreenPause","startTime":"2026-07-01T12:00:00Z"}]""",
        """[{"reason":"InconclusiveAnalysisRun"}]""", """[{"reason":"InconclusiveExperiment","startTime":"2026-07-01T12:00:00Z"}]""",
        """[{"type":"Progressing","status":"False","reason":"RolloutAborted"}]""", """[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"late"}]""",
        """[{"type":"Progressing","status":"Unknown","reason":"RolloutPaused","lastUpdateTime":"2026-07-01T12:00:00Z"},{"type":"Paused","status":"True"}]""",
    ];

    private static readonly string[] Fields =
    [
        "abort", "pauseConditions", "controllerPause", "abortedAt", "currentPodHash", "currentStepHash", "currentStepIndex", "stableRS", "conditions", "collisionCount", "phase", "duration", "canary",
        "blueGreen", "promoteFull", "observedGeneration", "replicas", "restartedAt", "workloadObservedGeneration",
    ];

    private static readonly string[] Values = ["null", "-3", "1000", "\"x\"", "true", "[{}]", "[1]", """{"x":1}""", "\"2026-07-01T12:00:00Z\"", "\"\""];

    private static readonly string[] Canaries =
    [
        """{"currentExperiment":"lost"}""", """{"currentStepAnalysisRunStatus":{"name":"lost","status":"Running"}}""", """{"currentBackgroundAnalysisRunStatus":{"name":"lost","status":"Successful"}}""",
        """{"weights":{"canary":{"weight":40,"podTemplateHash":"nobody"},"stable":{"weight":60}}}""", """{"weights":{"canary":{"weight":-5},"stable":{"weight":300}}}""", """{"stablePingPong":"pang"}""",
        """{"stepPluginStatuses":[{"index":0,"name":"a","operation":"Run","phase":"Running","startedAt":"2026-07-01T12:00:00Z"},{"index":7,"name":"z","operation":"Odd","phase":"Foreign"}]}""",
    ];

    private static readonly string[] BlueGreens =
    [
        """{"activeSelector":"nobody"}""", """{"previewSelector":"nobody"}""", """{"scaleUpPreviewCheckPoint":true}""", """{"prePromotionAnalysisRunStatus":{"name":"lost","status":"Running"}}""",
        """{"postPromotionAnalysisRunStatus":{"name":"lost","status":"Running"}}""",
    ];

    private static readonly string[] StepLists = ["[]", """[{"setWeight":30},{"pause":{"duration":10}}]""", """[{"pause":{}},{"setWeight":80},{"analysis":{"templates":[{"templateName":"t"}]}}]"""];

    private static readonly string[] Strategies =
    [
        """{"canary":{"steps":[{"setWeight":50},{"pause":{}}]}}""", """{"blueGreen":{"activeService":"active","previewService":"preview"}}""",
        """{"canary":{"canaryService":"canary","stableService":"stable","trafficRouting":{"istio":{"virtualService":{"name":"web"}}},"steps":[{"setWeight":50},{"pause":{}}]}}""", "{}",
    ];

    private static readonly string[] Phases = ["", "Pending", "Running", "Successful", "Failed", "Error", "Inconclusive", "Foreign"];

    private static readonly string[] ServiceNames = ["active", "preview", "canary", "stable", "ping", "pong"];

    /// <summary>How many turns there are.</summary>
    public static int Count => All.Length;

    /// <summary>Gives a world what Rollouts of any kind refer to, and step plugins that run.</summary>
    public static void Equip(TestWorld world)
    {
        AddTemplate(world);
        foreach (var service in ServiceNames)
            world.AddService(service);
        world.Plugin = _ => new() { Phase = "Running" };
    }

    /// <summary>Takes a turn.</summary>
    /// <param name="world">Where.</param>
    /// <param name="turn">Which, below <see cref="Count"/>.</param>
    /// <param name="value">What chooses among its possibilities.</param>
    public static void Take(TestWorld world, int turn, int value) => All[turn](world, value);

    private static void AddTemplate(TestWorld world) => world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://x"}}}]}""");

    private static void SetImage(TestWorld world, int value)
    {
        if (world.Workload is not null)
            world.SetWorkloadImage($"v{value % 4}");
        else if (world.Rollout["spec"]!["template"] is not null)
            world.SetImage($"v{value % 4}");
    }

    private static void MakeSomePods(TestWorld world, int value) => world.MakePods(most: 1 + (value % 2));

    private static void MakePods(TestWorld world, int value) => world.MakePods();

    private static void PassTime(TestWorld world, int value) => world.Now += TimeSpan.FromSeconds(value);

    private static void Scale(TestWorld world, int value) => world.Edit(spec => spec["replicas"] = value % 6);

    private static void Pause(TestWorld world, int value) => world.Edit(spec => spec["paused"] = value % 2 == 0);

    private static void Abort(TestWorld world, int value) => world.PatchStatus($$"""{"abort":{{Bool(value)}} }""");

    private static void PromoteFull(TestWorld world, int value) => world.PatchStatus($$"""{"promoteFull":{{Bool(value)}} }""");

    private static void Resume(TestWorld world, int value) => world.PatchStatus(value % 2 == 0 ? """{"pauseConditions":null}""" : $$"""{"controllerPause":{{Bool(value / 2)}} }""");

    private static void DamageIndex(TestWorld world, int value) => world.PatchStatus($$"""{"currentStepIndex":{{(value % 12) - 3}} }""");

    private static void DamageList(TestWorld world, int value) =>
        world.PatchStatus($$"""{"{{(value % 2 == 0 ? "pauseConditions" : "conditions")}}":{{Of(Lists, value / 2)}} }""");

    private static void DamageField(TestWorld world, int value)
    {
        switch (value % 3)
        {
            case 0:
                world.PatchStatus($$"""{"canary":{{Of(Canaries, value / 3)}} }""");
                break;
            case 1:
                world.PatchStatus($$"""{"blueGreen":{{Of(BlueGreens, value / 3)}} }""");
                break;
            default:
                Status(world)[Of(Fields, value / 3)] = JsonNode.Parse(Of(Values, value / 3 / Fields.Length));
                world.PatchStatus("{}");
                break;
        }
    }

    private static void DamageVersion(TestWorld world, int value)
    {
        string[] fields = ["currentPodHash", "stableRS", "currentStepHash", "phase", "observedGeneration", "abortedAt"];
        Status(world)[Of(fields, value)] = Version(world, Of(Versions, value / fields.Length));
        world.PatchStatus("{}");
    }

    private static void DamageReplicaSetStatus(TestWorld world, int value)
    {
        if (ReplicaSet(world, value) is { } rs)
            world.Raw(rs)["status"] = new JsonObject { ["replicas"] = value % 7, ["readyReplicas"] = value / 7 % 7, ["availableReplicas"] = value / 49 % 7 };
    }

    private static void DamageAnnotations(TestWorld world, int value)
    {
        if (ReplicaSet(world, value) is not { } rs)
            return;
        var annotations = world.Raw(rs)["metadata"]!["annotations"]!;
        annotations[Annotations.ScaleDownDeadline] = Of(["garbage", "2026-07-01T11:00:00Z", "2026-07-01T13:00:00Z"], value);
        annotations[Annotations.DesiredReplicas] = $"{value % 6}";
    }

    private static void DamageService(TestWorld world, int value)
    {
        if (world.Services.Values.ElementAtOrDefault(value % 6) is { } service)
            service["spec"]!["selector"]![Labels.PodTemplateHash] = Version(world, Of(Versions, value / 6));
    }

    private static void EndRuns(TestWorld world, int value)
    {
        foreach (var run in world.Runs.Keys.ToList())
            world.EndRun(run, Of(Phases, value));
    }

    private static void EndExperiments(TestWorld world, int value)
    {
        foreach (var experiment in world.Experiments.Keys.ToList())
            world.SetExperiment(experiment, $$"""{"phase":"{{Of(Phases, value)}}","templateStatuses":[{"name":"a","serviceName":"a","podTemplateHash":"h","availableReplicas":1}]}""");
    }

    private static void AnswerTraffic(TestWorld world, int value)
    {
        world.TrafficProblem = value % 3 == 0 ? "no answer" : null;
        world.Unserved = value % 5 == 0 ? [new("istio", "not served")] : [];
        world.Verified = (value % 3) switch { 0 => null, 1 => false, _ => true };
    }

    private static void ForgetStatus(TestWorld world, int value)
    {
        Status(world).Remove(Of(["canary", "blueGreen", "duration"], value));
        world.PatchStatus("{}");
    }

    private static void Restart(TestWorld world, int value)
    {
        world.PodsAreProtected = value % 2 == 0;
        world.Edit(spec => spec["restartAt"] = world.Now.AddSeconds((value % 100) - 50).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void AnswerPlugin(TestWorld world, int value) => world.Plugin = Plugin((value % 8) switch
    {
        0 => new() { Problem = "there is none" },
        1 => new() { IsDisabled = true },
        2 => new() { Phase = "Odd" },
        3 => new() { Phase = "Running", CallAgainAfter = TimeSpan.FromSeconds(value) },
        4 => new() { Phase = "Failed", Message = "no" },
        5 => new() { Phase = "Error" },
        6 => new() { Phase = "" },
        _ => new() { Phase = "Successful" },
    });

    private static Func<StepPluginCall, StepPluginAnswer> Plugin(StepPluginAnswer answer) => _ => answer;

    private static void ChangeWorkload(TestWorld world, int value)
    {
        if (world.Workload is null)
            world.Edit(spec => spec["workloadRef"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = value % 2 == 0 ? "Deployment" : "DaemonSet", ["name"] = "lost" });
        else if (value % 4 == 0)
            world.Workload = null;
        else
            world.Workload["spec"]!["replicas"] = value % 5;
    }

    private static void ChangeSteps(TestWorld world, int value) => world.Edit(spec =>
    {
        if (spec["strategy"]!["canary"] is JsonObject canary)
            canary["steps"] = JsonNode.Parse(Of(StepLists, value));
    });

    private static void ChangeStrategy(TestWorld world, int value) => world.Edit(spec => spec["strategy"] = JsonNode.Parse(Of(Strategies, value)));

    private static void RemoveReplicaSet(TestWorld world, int value)
    {
        if (ReplicaSet(world, value) is not { } rs)
            return;
        if (value % 3 == 0)
            world.Raw(rs)["metadata"]!["deletionTimestamp"] = "2026-07-01T12:00:00Z";
        else
            world.DeleteReplicaSet(new DeleteReplicaSet(rs, "", ""));
    }

    private static void RemoveRuns(TestWorld world, int value)
    {
        foreach (var run in world.Runs.Keys.ToList())
            world.DeleteAnalysisRun(new DeleteAnalysisRun(run, ""));
        foreach (var experiment in world.Experiments.Keys.ToList())
            world.DeleteExperiment(new DeleteExperiment(experiment, ""));
    }

    private static void RemoveService(TestWorld world, int value)
    {
        var name = Of(ServiceNames, value);
        if (world.Services.ContainsKey(name))
            world.RemoveService(name);
        else
            world.AddService(name);
    }

    private static void RemoveTemplate(TestWorld world, int value)
    {
        world.RemoveTemplates();
        if (value % 2 == 0)
            AddTemplate(world);
    }

    private static void Delete(TestWorld world, int value)
    {
        if (value % 10 == 0)
            world.Rollout["metadata"]!["deletionTimestamp"] = "2026-07-01T12:00:00Z";
    }

    private static string? ReplicaSet(TestWorld world, int value) => world.Observe().ReplicaSets is { IsEmpty: false } all ? all[value % all.Length].Name : null;

    private static JsonObject Status(TestWorld world)
    {
        if (world.Rollout["status"] is JsonObject status)
            return status;
        var made = new JsonObject();
        world.Rollout["status"] = made;
        return made;
    }

    private static T Of<T>(T[] all, int value) => all[value % all.Length];

    private static string Bool(int value) => value % 2 == 0 ? "true" : "false";

    private static string Version(TestWorld world, string text) => text switch
    {
        "NEW" => world.Observe().ReplicaSets.LastOrDefault()?.Hash ?? "",
        "OLD" => world.Observe().ReplicaSets.FirstOrDefault()?.Hash ?? "",
        _ => text,
    };
}
