using System.Text.Json.Nodes;
using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// What users of Argo Rollouts have reported for years, one scenario each, and what happens here instead. Where the right
/// thing differs from what it does, docs/parity.md says so beside the row.
/// </summary>
public sealed class BetterThanTheIncumbentTests
{
    private const string Steps = """[{"setWeight":25},{"pause":{}},{"setWeight":75},{"pause":{}}]""";
    private const string Template = """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""";
    private const string Analysis = """{"templates":[{"templateName":"t"}]}""";

    // The incumbent holds the weight until the stable version has its pods, which never come: the fix waits for what it fixes.
    [Theory]
    [InlineData("routed")]
    [InlineData("dynamic")]
    [InlineData("basic")]
    [InlineData("blue-green")]
    public void StableThatNeverBecameHealthy_DoesNotBlockTheFix(string kind)
    {
        var world = World(kind);
        world.BrokenImages.Add("v1");
        world.Settle();
        world.SetImage("v2");
        for (var i = 0; i < 3; i++)
        {
            world.Settle();
            world.PatchStatus("""{"pauseConditions":null}""");
        }

        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    // The incumbent sends everybody to the stable version at once; with dynamicStableScale that had been scaled down.
    [Theory]
    [InlineData("routed")]
    [InlineData("dynamic")]
    public void SecondNewVersion_DuringARelease_SendsNobodyToPodsThatAreNotThere(string kind)
    {
        var world = World(kind);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(75, world.Traffic!.Canary.Weight);
        world.SetImage("v3");
        for (var pass = 0; pass < 60; pass++)
        {
            world.Apply(world.Decide());
            Bears(world, world.Traffic!.Canary.PodTemplateHash, world.Traffic.Canary.Weight);
            Bears(world, world.Traffic.Stable.PodTemplateHash, world.Traffic.Stable.Weight);
            if (pass % 3 == 2)
                world.MakePods(most: 1);
        }

        Assert.Equal((25, world.ReplicaSet("v3").Hash), (world.Traffic.Canary.Weight, world.Traffic.Canary.PodTemplateHash));
        Assert.Equal(0, world.ReplicaSet("v2").Wanted);
    }

    // The incumbent looks at promoteFull first, and goes on promoting a version that somebody has just aborted.
    [Theory]
    [InlineData("routed")]
    [InlineData("dynamic")]
    [InlineData("basic")]
    [InlineData("blue-green")]
    public void Abort_AfterAFullPromotionWasAskedFor_IsObeyed_LIFE18(string kind)
    {
        var world = World(kind);
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.Equal((true, false), (world.Status.Abort, world.Status.PromoteFull));
        Assert.Equal((RolloutPhases.Degraded, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Status.StableRS));
        if (world.Traffic is { } traffic)
            Assert.Equal((0, 100), (traffic.Canary.Weight, traffic.Stable.Weight));
    }

    // In every pass of an aborted rollout the incumbent points the canary Service to the canary and then to stable.
    [Fact]
    public void CanaryService_AfterAnAbortWithoutDelay_IsSwitchedOnce_TR41_TR45()
    {
        var world = World("routed", "\"abortScaleDownDelaySeconds\":0,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Told();
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Settle();

        Assert.Single(world.Told().Split(' '), EventReasons.SwitchService);
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("canary"));
        Assert.Empty(world.Decide().Effects);
    }

    // The incumbent takes the pods in the pass that moves the traffic, or before it. Random lives are in
    // NobodyIsLeftWithoutPodsTests; these are the four moments that users have met.
    [Theory]
    [InlineData("routed", "the end", "\"scaleDownDelaySeconds\":0,")]
    [InlineData("routed", "abort", "\"scaleDownDelaySeconds\":0,")]
    [InlineData("dynamic", "the end", "")]
    [InlineData("dynamic", "abort", "")]
    [InlineData("basic", "the end", "")]
    [InlineData("basic", "abort", "")]
    [InlineData("blue-green", "the end", "\"scaleDownDelaySeconds\":0,")]
    [InlineData("blue-green", "abort", "\"scaleDownDelaySeconds\":0,")]
    public void Pods_AreNotTakenWhileARouteReachesThem(string kind, string moment, string more)
    {
        var world = World(kind, "", more);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus(moment == "abort" ? """{"abort":true}""" : """{"promoteFull":true,"pauseConditions":null}""");
        for (var pass = 0; pass < 80; pass++)
        {
            foreach (var effect in world.Decide().Effects)
            {
                Assert.True(effect.Match(world));
                foreach (var service in world.Services.Keys)
                {
                    if (world.Selected(service) is { Length: > 0 } hash && (service != "preview" || moment != "abort"))
                        Assert.True(world.Observe().ReplicaSets.Single(r => r.Hash == hash) is { Wanted: > 0, Available: > 0 }, $"{service} leads to nobody");
                }

                if (world.Traffic is { } traffic)
                {
                    Bears(world, traffic.Canary.PodTemplateHash, Math.Min(1, traffic.Canary.Weight));
                    Bears(world, traffic.Stable.PodTemplateHash, Math.Min(1, traffic.Stable.Weight));
                }
            }

            if (pass % 3 == 2)
                world.MakePods(most: 1);
            if (pass % 10 == 9)
                world.Now += TimeSpan.FromSeconds(30);
        }

        Assert.Equal(moment == "abort" ? "v1:4 v2:0" : "v1:0 v2:4", world.Pods);
    }

    // A step that lowers the weight: the incumbent shrinks the canary first, while the old share still goes to it.
    [Fact]
    public void LoweredWeight_GoesBeforeItsPods_TR16()
    {
        // TR-C-05
        var world = TestWorld.Routed(4, """[{"setWeight":100},{"pause":{}},{"setWeight":0},{"pause":{}}]""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        for (var pass = 0; pass < 40; pass++)
        {
            world.Apply(world.Decide());
            Bears(world, world.Traffic!.Canary.PodTemplateHash, world.Traffic.Canary.Weight);
        }

        world.Settle();
        Assert.Equal((0, "v1:4 v2:0"), (world.Traffic!.Canary.Weight, world.Pods));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("canary"));
    }

    // The incumbent has been seen to reconcile one rollout hundreds of times a second, each write being the reason of the next.
    [Theory]
    [InlineData("routed")]
    [InlineData("dynamic")]
    [InlineData("basic")]
    [InlineData("blue-green")]
    public void Reconciling_ItsOwnResult_WritesNothing_AndAnUpdateTakesFewPasses(string kind)
    {
        var world = World(kind);
        world.Settle();
        var passes = 0;
        foreach (var act in new Action[] { () => world.SetImage("v2"), Resume, Resume, () => world.SetImage("v3"), Abort, () => world.SetImage("v2"), () => world.Edit(s => s["replicas"] = 7), Full })
        {
            act();
            passes += Passes(world);
            Assert.Empty(world.Decide().Effects);
            world.Now += TimeSpan.FromMinutes(2);
            passes += Passes(world);
            Assert.Empty(world.Decide().Effects);
        }

        Assert.True(passes <= 8 * 20, $"{passes} passes for eight actions");

        void Resume() => world.PatchStatus("""{"pauseConditions":null}""");
        void Abort() => world.PatchStatus("""{"abort":true}""");
        void Full() => world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
    }

    // Paused behind its switch, a blue-green was called successful and paused in turns, without end.
    [Fact]
    public void InconclusiveAnalysis_BehindTheSwitch_IsAtRest()
    {
        var world = TestWorld.BlueGreen(2, $"\"postPromotionAnalysis\":{Analysis},");
        world.AddTemplate("t", Template);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Inconclusive");
        world.Settle();

        Assert.Equal((RolloutPhases.Paused, ConditionReasons.Paused), (world.Status.Phase, world.Status.Condition(ConditionTypes.Progressing)!.Reason));
    }

    // The incumbent keeps what it meant to write and meets the same conflict again until it is restarted. Here every write
    // names the version that it was decided on; a refused one leaves a world from which the next pass decides afresh.
    [Theory]
    [InlineData("routed")]
    [InlineData("basic")]
    [InlineData("blue-green")]
    public void Conflict_AtAnyWrite_NeedsNoRestart(string kind)
    {
        var calm = World(kind);
        Run(calm, conflicts: false);
        var disturbed = World(kind);
        Run(disturbed, conflicts: true);

        Assert.Equal((calm.Pods, calm.Status.Phase, calm.Status.StableRS), (disturbed.Pods, disturbed.Status.Phase, disturbed.Status.StableRS));

        static void Run(TestWorld world, bool conflicts)
        {
            Settled(world, conflicts);
            world.SetImage("v2");
            Settled(world, conflicts);
            world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
            Settled(world, conflicts);
        }
    }

    // Timers of the incumbent are rounded up to the resync, or lost: a minute becomes ten. Here each wakes at its second.
    [Theory]
    [InlineData("pause step", 45)]
    [InlineData("auto promotion", 45)]
    [InlineData("scale down, canary", 45)]
    [InlineData("scale down, blue-green", 45)]
    [InlineData("abort, canary", 45)]
    [InlineData("abort, blue-green", 45)]
    [InlineData("progress deadline", 46)]
    [InlineData("verification", 10)]
    public void Timers_WakeAtTheirSecond_LIFE29(string timer, int seconds)
    {
        var world = timer switch
        {
            "pause step" => Updated(TestWorld.Canary(4, """[{"setWeight":25},{"pause":{"duration":45}}]""")),
            "auto promotion" => Updated(TestWorld.BlueGreen(4, "\"autoPromotionSeconds\":45,")),
            "scale down, canary" => Updated(TestWorld.Routed(4, "[]", "\"scaleDownDelaySeconds\":45,")),
            "scale down, blue-green" => Updated(TestWorld.BlueGreen(4, "\"scaleDownDelaySeconds\":45,")),
            "abort, canary" => Aborted(TestWorld.Routed(4, Steps, "\"abortScaleDownDelaySeconds\":45,")),
            "abort, blue-green" => Aborted(TestWorld.BlueGreen(4, "\"autoPromotionEnabled\":false,\"abortScaleDownDelaySeconds\":45,")),
            "progress deadline" => Updated(TestWorld.Canary(4, Steps, spec: "\"progressDeadlineSeconds\":45,"), broken: true),
            _ => Updated(TestWorld.Routed(4, Steps), verified: false),
        };
        Assert.Equal(TimeSpan.FromSeconds(seconds), world.Decide().LookAgainAfter);
        if (timer == "verification")
            return;

        // However often something else wakes the rollout meanwhile, what is left is left, and nothing is written before.
        for (var gone = 1; gone < seconds; gone += 11)
        {
            world.Now += TimeSpan.FromSeconds(11);
            if (gone + 10 >= seconds)
                break;
            Assert.Empty(world.Decide().Effects);
            Assert.Equal(TimeSpan.FromSeconds(seconds - gone - 10), world.Decide().LookAgainAfter);
        }

        world.Now += world.Decide().LookAgainAfter ?? TimeSpan.Zero;
        Assert.NotEmpty(world.Decide().Effects);
    }

    // The incumbent has been seen to write no deadline, and the old pods stay for ever.
    [Theory]
    [InlineData("canary")]
    [InlineData("blue-green")]
    public void Deadline_OfAnOldVersion_IsAlwaysWritten(string kind)
    {
        var world = Updated(kind == "canary" ? TestWorld.Routed(3, "[]") : TestWorld.BlueGreen(3));
        Assert.Equal(world.Now.AddSeconds(30), world.ReplicaSet("v1").ScaleDownDeadline);

        // Taken away by hand, or never written because the controller stopped there: written again.
        ((JsonObject)world.Raw(world.ReplicaSet("v1").Name)["metadata"]!["annotations"]!).Remove(Annotations.ScaleDownDeadline);
        world.Settle();
        Assert.Equal(world.Now.AddSeconds(30), world.ReplicaSet("v1").ScaleDownDeadline);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal(0, world.ReplicaSet("v1").Wanted);
    }

    // A status of the incumbent has been seen to grow until etcd refused it.
    [Fact]
    public void Status_AfterManyUpdates_IsNoLargerThanAfterAFew()
    {
        var world = TestWorld.Routed(2, $$"""[{"setWeight":50},{"analysis":{{Analysis}} },{"pause":{} }]""", $"\"analysis\":{Analysis},", spec: "\"revisionHistoryLimit\":2,\"progressDeadlineSeconds\":60,");
        world.AddTemplate("t", Template);
        world.Settle();
        var sizes = new List<int>();
        for (var update = 0; update < 24; update++)
        {
            world.SetImage($"v{update + 100}");
            world.Settle();
            foreach (var run in world.Runs.Keys.ToList())
                world.EndRun(run, (update % 4) switch { 0 => "Failed", 1 => "Inconclusive", _ => "Successful" }, "a message");
            world.Settle();
            world.PatchStatus((update % 3) switch { 0 => """{"abort":true}""", 1 => """{"pauseConditions":null}""", _ => """{"promoteFull":true}""" });
            world.Settle();
            world.Now += TimeSpan.FromMinutes(2);
            world.Settle();
            sizes.Add(world.Rollout["status"]!.ToJsonString().Length);
            Assert.True(world.Status.Conditions.Length <= 7, "one condition of a type");
            Assert.Equal(world.Status.Conditions.Length, world.Status.Conditions.Select(c => c.Type).Distinct().Count());
            Assert.True(world.Status.PauseConditions.Length <= 3, "one pause of a reason");
        }

        Assert.True(sizes[12..].Max() <= sizes[..12].Max() + 16, string.Join(' ', sizes));
        Assert.True(sizes.Max() < 4096, $"{sizes.Max()} bytes");
    }

    // A run that could measure nothing says nothing about the version. The incumbent has promoted on it.
    [Theory]
    [InlineData("step")]
    [InlineData("background")]
    [InlineData("pre-promotion")]
    [InlineData("post-promotion")]
    public void Run_WhoseEveryMeasurementErrored_IsNoSuccess(string place)
    {
        var world = place switch
        {
            "step" => TestWorld.Canary(4, $$"""[{"setWeight":25},{"analysis":{{Analysis}} }]"""),
            "background" => TestWorld.Canary(4, Steps, $"\"analysis\":{Analysis},"),
            "pre-promotion" => TestWorld.BlueGreen(4, $"\"prePromotionAnalysis\":{Analysis},"),
            _ => TestWorld.BlueGreen(4, $"\"postPromotionAnalysis\":{Analysis},"),
        };
        world.AddTemplate("t", Template);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Error", "every measurement errored");
        world.Settle();

        Assert.True(world.Status.Abort);
        Assert.Equal((RolloutPhases.Degraded, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Status.StableRS));
    }

    private static TestWorld World(string kind, string canary = "", string more = "")
    {
        switch (kind)
        {
            case "routed":
                return TestWorld.Routed(4, Steps, canary + more);
            case "dynamic":
                return TestWorld.Routed(4, Steps, $"\"dynamicStableScale\":true,{canary}{more}");
            case "basic":
                var world = TestWorld.Canary(4, Steps, $"\"canaryService\":\"canary\",\"stableService\":\"stable\",{canary}");
                world.AddService("canary");
                world.AddService("stable");
                return world;
            default:
                return TestWorld.BlueGreen(4, $"\"previewService\":\"preview\",\"autoPromotionEnabled\":false,{more}");
        }
    }

    private static TestWorld Updated(TestWorld world, bool broken = false, bool? verified = null)
    {
        world.Settle();
        if (broken)
            world.BrokenImages.Add("v2");
        world.Verified = verified;
        world.SetImage("v2");
        world.Settle();
        return world;
    }

    private static TestWorld Aborted(TestWorld world)
    {
        Updated(world);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        return world;
    }

    /// <summary>A version has the pods for its share of four, but for a pod that the share rounds up to.</summary>
    private static void Bears(TestWorld world, string hash, int weight)
    {
        if (weight == 0)
            return;
        var rs = world.Observe().ReplicaSets.Single(r => r.Hash == hash);
        Assert.True(Math.Min(rs.Wanted, rs.Available) * 100 >= weight * 4 || (weight == 1 && Math.Min(rs.Wanted, rs.Available) > 0), $"{rs.Available} of {rs.Wanted} pods of {hash} for {weight} %");
    }

    private static int Passes(TestWorld world)
    {
        var passes = 0;
        do
        {
            for (var decision = world.Decide(); !decision.Effects.IsEmpty; decision = world.Decide())
            {
                world.Apply(decision);
                Assert.True(++passes < 100, "no rest");
            }
        }
        while (world.MakePods());
        return passes;
    }

    /// <summary>With conflicts, somebody writes to every object just before an effect is carried out, one effect further each time.</summary>
    private static void Settled(TestWorld world, bool conflicts)
    {
        for (var pass = 0; pass < 400; pass++)
        {
            var decision = world.Decide();
            if (decision.Effects.IsEmpty && !world.MakePods())
                return;
            foreach (var (effect, index) in decision.Effects.Select((e, i) => (e, i)))
            {
                if (conflicts && index == pass % 4)
                    world.WriteByAnother();
                if (!effect.Match(world))
                    break;
            }
        }

        Assert.Fail($"not settled: {world.Pods}");
    }
}
