using System.Text.Json;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>When each condition says what.</summary>
public sealed class ConditionTests
{
    private const string Steps = """[{"setWeight":25},{"pause":{}},{"setWeight":75}]""";

    [Fact]
    public void Completed_FollowsThePromotion_COND5_EV6()
    {
        var world = Deployed();
        Assert.Equal(("True", "RolloutCompleted", "RolloutCompleted"), Of(world, ConditionTypes.Completed));
        Update(world);
        Assert.Equal(("False", "RolloutCompleted", "RolloutCompleted"), Of(world, ConditionTypes.Completed));
        Assert.Equal($"Rollout not completed, started update to revision 2 ({world.ReplicaSet("v2").Hash})", world.Emitted.Last(e => e.Reason == EventReasons.NotCompleted).Message);
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal("True", Of(world, ConditionTypes.Completed).Status);
    }

    [Fact]
    public void Progressing_OfAnUpdate_GoesThroughItsReasons_COND11_COND12_COND13_COND20_COND21()
    {
        var world = TestWorld.Canary(4, Steps);
        var name = new Func<string, string>(image => world.ReplicaSet(image).Name);
        world.Settle();
        Update(world);
        Resume(world);

        Assert.Equal(
            [
                $"True NewReplicaSetCreated: Created new replica set \"{name("v1")}\"",
                $"True ReplicaSetUpdated: ReplicaSet \"{name("v1")}\" is progressing.",
                $"True NewReplicaSetAvailable: ReplicaSet \"{name("v1")}\" has successfully progressed.",
                $"True NewReplicaSetCreated: Created new replica set \"{name("v2")}\"",
                $"True ReplicaSetUpdated: ReplicaSet \"{name("v2")}\" is progressing.",
                "Unknown RolloutPaused: Rollout is paused",
                "Unknown RolloutResumed: Rollout is resumed",
                $"True ReplicaSetUpdated: ReplicaSet \"{name("v2")}\" is progressing.",
                $"True NewReplicaSetAvailable: ReplicaSet \"{name("v2")}\" has successfully progressed.",
            ],
            Told(world));
    }

    [Fact]
    public void Progressing_WithoutAnyRecord_FindsTheReplicaSet_COND10()
    {
        var world = Deployed();
        world.PatchStatus("""{"conditions":null}""");
        world.Applied.Clear();
        world.Settle();
        Assert.Equal($"True FoundNewReplicaSet: Found new replica set \"{world.ReplicaSet("v1").Name}\"", Told(world)[0]);
    }

    [Fact]
    public void Progress_RefreshesTheUpdateTimeAlone_COND12()
    {
        var world = Deployed();
        world.SetImage("v2");
        world.Reconcile();
        var before = world.Status.Condition(ConditionTypes.Progressing)!;
        world.Now += TimeSpan.FromSeconds(30);
        world.MakePods(1);
        world.Apply(world.Decide());
        var after = world.Status.Condition(ConditionTypes.Progressing)!;
        Assert.Equal((ConditionReasons.ReplicaSetUpdated, before.Reason), (after.Reason, after.Reason));
        Assert.Equal((before.LastTransitionTime, world.Now), (after.LastTransitionTime, after.LastUpdateTime));
    }

    [Theory]
    [InlineData(false, "Rollout aborted update to revision 2")]
    [InlineData(true, "Rollout aborted update to revision 2: Step-based analysis phase error/failed: bad")]
    public void Abort_IsSaidOnceWithItsCause_COND16_COND33_EV11(bool byController, string message)
    {
        var world = TestWorld.Canary(4, """[{"setWeight":25},{"analysis":{"templates":[{"templateName":"t"}]}}]""");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        world.Settle();
        Update(world);
        if (byController)
            world.EndRun(Assert.Single(world.Runs).Key, "Failed", "bad");
        else
            world.PatchStatus("""{"abort":true}""");
        world.Settle();
        // Pods that come and go meanwhile are no progress, nor are they late.
        world.Now += TimeSpan.FromHours(1);
        world.Crash("v1");
        world.Settle();
        Assert.Equal(("False", "RolloutAborted", message), Of(world, ConditionTypes.Progressing));
        Assert.Equal((true, message), (world.Emitted.Single(e => e.Reason == EventReasons.Aborted).Warning, world.Emitted.Single(e => e.Reason == EventReasons.Aborted).Message));
    }

    [Theory]
    [InlineData("healthy", true)]
    [InlineData("a pod too few updated", false)]
    [InlineData("a pod too few available", false)]
    [InlineData("an old pod left", false)]
    [InlineData("a step left", false)]
    [InlineData("not promoted", false)]
    [InlineData("another generation seen", false)]
    [InlineData("active service elsewhere", false)]
    [InlineData("preview service elsewhere", false)]
    public void Healthy_NeedsEverything_COND30(string circumstance, bool healthy)
    {
        var world = circumstance.Contains("service", StringComparison.Ordinal) ? TestWorld.BlueGreen(4, "\"previewService\":\"preview\",") : TestWorld.Canary(4, Steps);
        world.Settle();
        if (circumstance == "another generation seen")
            world.PatchStatus("""{"observedGeneration":"77"}""");
        var at = Situation.Of(world.Observe());
        Assert.Equal(circumstance != "another generation seen", Progress.IsHealthy(at, at.Status));
        var status = circumstance switch
        {
            "a pod too few updated" => at.Status with { UpdatedReplicas = 3 },
            "a pod too few available" => at.Status with { AvailableReplicas = 3 },
            "an old pod left" => at.Status with { Replicas = 5 },
            "a step left" => at.Status with { CurrentStepIndex = 2 },
            "not promoted" => at.Status with { StableRS = "other" },
            "active service elsewhere" => at.Status with { BlueGreen = at.Status.BlueGreen with { ActiveSelector = "other" } },
            "preview service elsewhere" => at.Status with { BlueGreen = at.Status.BlueGreen with { PreviewSelector = "other" } },
            _ => at.Status,
        };
        Assert.Equal(healthy, Progress.IsHealthy(at, status));
    }

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("more updated", true)]
    [InlineData("fewer updated", true)]
    [InlineData("fewer old", true)]
    [InlineData("more old", false)]
    [InlineData("more ready", true)]
    [InlineData("fewer ready", false)]
    [InlineData("more available", true)]
    [InlineData("fewer available", false)]
    [InlineData("active selector", true)]
    [InlineData("preview selector", true)]
    [InlineData("stable version", true)]
    [InlineData("step", true)]
    [InlineData("first step", false)]
    [InlineData("step hash", true)]
    [InlineData("phase", false)]
    public void Progress_IsWhatMoves_COND32(string circumstance, bool moved)
    {
        var world = Deployed();
        world.PatchStatus(circumstance == "first step"
            ? """{"currentStepIndex":null}"""
            : """{"replicas":5,"updatedReplicas":2,"readyReplicas":3,"availableReplicas":3,"currentStepIndex":1}""");
        var at = Situation.Of(world.Observe());
        var before = at.Status;
        var after = circumstance switch
        {
            "more updated" => before with { UpdatedReplicas = 3, Replicas = 6 },
            "fewer updated" => before with { UpdatedReplicas = 1, Replicas = 4 },
            "fewer old" => before with { Replicas = 4 },
            "more old" => before with { Replicas = 6 },
            "more ready" => before with { ReadyReplicas = 4 },
            "fewer ready" => before with { ReadyReplicas = 2 },
            "more available" => before with { AvailableReplicas = 4 },
            "fewer available" => before with { AvailableReplicas = 2 },
            "active selector" => before with { BlueGreen = before.BlueGreen with { ActiveSelector = "x" } },
            "preview selector" => before with { BlueGreen = before.BlueGreen with { PreviewSelector = "x" } },
            "stable version" => before with { StableRS = "x" },
            "step" => before with { CurrentStepIndex = 2 },
            "first step" => before with { CurrentStepIndex = 1 },
            "step hash" => before with { CurrentStepHash = "x" },
            "phase" => before with { Phase = "x" },
            _ => before,
        };
        Assert.Equal(moved, Progress.Moved(at, after));
    }

    [Theory]
    [InlineData("a weight step", """[{"setWeight":50}]""", true)]
    [InlineData("no steps", "[]", true)]
    [InlineData("an analysis step", """[{"analysis":{"templates":[{"templateName":"t"}]}}]""", false)]
    [InlineData("an experiment step", """[{"experiment":{"templates":[{"name":"a","specRef":"canary"}]}}]""", false)]
    [InlineData("a pause step", """[{"pause":{}}]""", false)]
    [InlineData("paused by the user", """[{"setWeight":50}]""", false)]
    [InlineData("aborted", """[{"setWeight":50}]""", false)]
    [InlineData("another version in its delay", """[{"setWeight":50}]""", false)]
    [InlineData("another version without pods in its delay", """[{"setWeight":50}]""", true)]
    public void Deadline_CountsUnlessWaitingIsMeant_COND31(string circumstance, string steps, bool late)
    {
        const string Delay = "\"scaleDownDelaySeconds\":100000,";
        var hasDelay = circumstance.StartsWith("another version", StringComparison.Ordinal);
        var world = !hasDelay ? TestWorld.Canary(4, steps) : late ? TestWorld.BlueGreen(4, Delay) : TestWorld.Routed(4, steps, Delay);
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        world.Settle();
        if (hasDelay)
        {
            // Without pods as seed 330691 found it: updated while all of it was scaled away.
            world.Edit(spec => spec["replicas"] = late ? 0 : 4);
            world.Settle();
            Update(world);
            Assert.True(world.ReplicaSet("v1").HasScaleDownDeadline);
            world.Edit(spec => spec["replicas"] = 4);
            world.Settle();
            Assert.Equal(late ? "v1:0 v2:4" : "v1:4 v2:4", world.Pods);
        }

        world.BrokenImages.Add("v3");
        world.SetImage("v3");
        world.Settle();
        if (circumstance == "paused by the user")
            world.Edit(spec => spec["paused"] = true);
        if (circumstance == "aborted")
            world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(700);
        world.Settle();
        Assert.Equal((circumstance, late), (circumstance, Of(world, ConditionTypes.Progressing).Reason == ConditionReasons.ProgressDeadlineExceeded));
    }

    [Fact]
    public void Precedence_HealthyBeatsProgressBeatsLateness_COND33()
    {
        var world = Deployed();
        world.BrokenImages.Add("v2");
        Update(world);
        world.Now += TimeSpan.FromSeconds(700);
        world.BrokenImages.Clear();
        world.MakePods();
        world.Apply(world.Decide()); // Late, and moved since.
        Assert.Equal(ConditionReasons.ReplicaSetUpdated, Of(world, ConditionTypes.Progressing).Reason);
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        world.Now += TimeSpan.FromDays(1);
        world.Settle();
        Assert.Equal(ConditionReasons.NewReplicaSetAvailable, Of(world, ConditionTypes.Progressing).Reason);
    }

    [Fact]
    public void Duration_IsLeftAloneByAnInvalidSpecAndByScaling_DUR8()
    {
        var world = Deployed();
        var record = world.Rollout["status"]!["duration"]!.ToJsonString();
        world.Now += TimeSpan.FromHours(1);
        world.Edit(spec => spec["replicas"] = 9);
        world.Settle();
        Assert.Equal(record, world.Rollout["status"]!["duration"]!.ToJsonString());

        world.SetImage("v2");
        world.Settle();
        record = world.Rollout["status"]!["duration"]!.ToJsonString();
        world.Edit(spec => spec["minReadySeconds"] = -1);
        world.SetImage("v3");
        world.Now += TimeSpan.FromHours(1);
        world.Settle();
        Assert.Equal((RolloutPhases.Degraded, record), (world.Status.Phase, world.Rollout["status"]!["duration"]!.ToJsonString()));
    }

    /// <summary>What Progressing said, one after the other.</summary>
    private static List<string> Told(TestWorld world)
    {
        var told = new List<string>();
        foreach (var patch in world.Applied.SelectMany(d => d.Effects.OfType<PatchRolloutStatus>()))
        {
            var progressing = patch.Patch.GetProperty("status").TryGetProperty("conditions", out var conditions) ? conditions.EnumerateArray().SingleOrDefault(c => c.GetProperty("type").GetString() == "Progressing") : default;
            if (progressing.ValueKind != JsonValueKind.Object)
                continue;
            var text = $"{progressing.GetProperty("status").GetString()} {progressing.GetProperty("reason").GetString()}: {progressing.GetProperty("message").GetString()}";
            if (told.Count == 0 || told[^1] != text)
                told.Add(text);
        }

        return told;
    }

    private static (string Status, string Reason, string Message) Of(TestWorld world, string type) =>
        world.Status.Condition(type) is { } condition ? (condition.Status, condition.Reason, condition.Message) : default;

    private static TestWorld Deployed()
    {
        var world = TestWorld.Canary(4, Steps);
        world.Settle();
        return world;
    }

    private static void Update(TestWorld world)
    {
        world.SetImage("v2");
        world.Settle();
    }

    private static void Resume(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }
}
