using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>A spec that turns invalid half-way leaves everything as it is; mended, the update goes on from there.</summary>
public sealed class FrozenRolloutTests
{
    private const string Steps = """[{"setWeight":40},{"pause":{"duration":60}},{"setWeight":60},{"pause":{}}]""";

    [Theory]
    [InlineData("canary, its spec", "spec.strategy.steps[0].setWeight")]
    [InlineData("canary, a Service that vanishes", "spec.strategy.canary.stableService")]
    [InlineData("routed canary", "spec.strategy.steps[0].setWeight")]
    [InlineData("blue-green, its spec", "spec.strategy.scaleDownDelayRevisionLimit")]
    [InlineData("blue-green, a Service that vanishes", "spec.strategy.blueGreen.previewService")]
    public void Update_TurnedInvalid_FreezesAndGoesOnWhenMended_COND3_RT14(string circumstance, string path)
    {
        var world = Paused(circumstance);
        var before = Picture(world);
        var (spoil, mend) = Fault(world, circumstance);

        spoil();
        var decision = world.Settle();
        Assert.StartsWith($"InvalidSpec: The Rollout \"web\" is invalid: {path}: ", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal((RolloutPhases.Degraded, "True"), (world.Status.Phase, world.Status.Condition(ConditionTypes.InvalidSpec)?.Status));
        Assert.Equal((true, ReasonKind.InvalidSpec), (decision.Invalid, decision.Reasons[0].Kind));
        Assert.Equal(TimeSpan.FromSeconds(10), decision.LookAgainAfter); // As often as the reference's back-off at its most: what is wrong may be mended elsewhere.
        Assert.Equal(before, Picture(world));

        world.Now += TimeSpan.FromHours(3);
        Assert.Empty(world.Decide().Effects); // Nothing expires while it is frozen, and nothing is written twice.

        world.Now -= TimeSpan.FromHours(3);
        mend();
        world.Settle();
        Assert.Null(world.Status.Condition(ConditionTypes.InvalidSpec));
        Assert.Equal((RolloutPhases.Paused, before), (world.Status.Phase, Picture(world)));

        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, world.Status.CurrentPodHash), (world.Status.Phase, world.Status.StableRS));
    }

    [Fact]
    public void PauseStep_ThatExpiresWhileFrozen_IsOverWhenMended()
    {
        var world = Paused("canary, its spec");
        var (spoil, mend) = Fault(world, "canary, its spec");
        spoil();
        world.Settle();
        world.Now += TimeSpan.FromSeconds(61);
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);

        mend();
        world.Settle();
        Assert.Equal((3, "v1:2 v2:3"), (world.Status.CurrentStepIndex, world.Pods));
    }

    [Fact]
    public void NewVersion_WhileFrozen_WaitsUntilItIsMended()
    {
        var world = Paused("canary, its spec");
        var (spoil, mend) = Fault(world, "canary, its spec");
        spoil();
        world.SetImage("v3");
        world.Edit(spec => spec["replicas"] = 10);
        world.Settle();
        Assert.Equal("v1:3 v2:2", world.Pods);

        mend();
        world.Settle();
        Assert.Equal((RolloutPhases.Paused, "v1:6 v2:0 v3:4"), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void Run_WhileFrozen_IsLeftAloneAndCountsWhenMended()
    {
        var world = TestWorld.Canary(5, """[{"setWeight":40},{"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}}]""");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://x"}}}]}""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        var run = Assert.Single(world.Runs).Key;

        world.Edit(spec => spec["strategy"]!["canary"]!["maxSurge"] = -1);
        world.Edit(spec => spec["minReadySeconds"] = -1);
        world.Settle();
        Assert.Equal(run, Assert.Single(world.Runs).Key);
        Assert.Null(world.Runs[run]["spec"]!["terminate"]);
        world.EndRun(run, "Successful");
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);

        world.Edit(spec => spec["minReadySeconds"] = 0);
        world.Edit(spec => ((JsonObject)spec["strategy"]!["canary"]!).Remove("maxSurge"));
        world.Settle();
        Assert.Equal(2, world.Status.CurrentStepIndex);
        Assert.Equal(run, Assert.Single(world.Runs).Key);
    }

    [Fact]
    public void Abort_WhileFrozen_IsCarriedOutWhenMended()
    {
        var world = Paused("canary, its spec");
        var (spoil, mend) = Fault(world, "canary, its spec");
        spoil();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("v1:3 v2:2", world.Pods);

        mend();
        world.Settle();
        Assert.Equal((true, "v1:5 v2:0"), (world.Status.Abort, world.Pods));
    }

    [Fact]
    public void Rollout_InvalidFromTheStart_BeginsWhenMended()
    {
        var world = TestWorld.Canary(3, """[{"setWeight":500}]""");
        world.Settle();
        Assert.Equal(("", RolloutPhases.Degraded), (world.Pods, world.Status.Phase));

        world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 50);
        world.Settle();
        Assert.Equal(("v1:3", RolloutPhases.Healthy), (world.Pods, world.Status.Phase));
    }

    /// <summary>An update that waits half-way.</summary>
    private static TestWorld Paused(string circumstance)
    {
        var world = circumstance switch
        {
            "canary, its spec" => TestWorld.Canary(5, Steps),
            "canary, a Service that vanishes" => WithServices(TestWorld.Canary(5, Steps, "\"canaryService\":\"canary\",\"stableService\":\"stable\","), "canary", "stable"),
            "routed canary" => TestWorld.Routed(5, Steps),
            _ => TestWorld.BlueGreen(5, "\"previewService\":\"preview\",\"autoPromotionEnabled\":false,"),
        };
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        return world;
    }

    /// <summary>How to make the Rollout invalid, and how to mend it.</summary>
    private static (Action Spoil, Action Mend) Fault(TestWorld world, string circumstance)
    {
        switch (circumstance)
        {
            case "canary, a Service that vanishes":
                return Vanish(world, "stable");
            case "blue-green, a Service that vanishes":
                return Vanish(world, "preview");
            case "blue-green, its spec":
                return (() => world.Edit(spec => spec["strategy"]!["blueGreen"]!["scaleDownDelayRevisionLimit"] = 500), () => world.Edit(spec => ((JsonObject)spec["strategy"]!["blueGreen"]!).Remove("scaleDownDelayRevisionLimit")));
            default:
                return (() => world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 500), () => world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 40));
        }
    }

    private static (Action Spoil, Action Mend) Vanish(TestWorld world, string service)
    {
        var kept = world.Services[service];
        return (() => world.RemoveService(service), () => world.AddService(service, kept["spec"]!["selector"]!.ToJsonString()));
    }

    private static TestWorld WithServices(TestWorld world, params string[] services)
    {
        foreach (var service in services)
            world.AddService(service);
        return world;
    }

    /// <summary>What users and their requests would notice.</summary>
    private static string Picture(TestWorld world)
    {
        var status = world.Status;
        var weights = world.Traffic is { } traffic ? $"{traffic.Canary.Weight}/{traffic.Stable.Weight}" : "none";
        var pauses = string.Join(' ', status.PauseConditions.Select(p => $"{p.Reason} since {p.StartTime:O}"));
        return $"{world.Pods}; step {status.CurrentStepIndex}; stable {status.StableRS}; current {status.CurrentPodHash}; weights {weights}; {pauses}; "
            + $"active {status.BlueGreen.ActiveSelector}; preview {status.BlueGreen.PreviewSelector}";
    }
}
