using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>Nothing relies on pods that the load balancer does not know.</summary>
public sealed class TargetRegistrationTests
{
    [Fact]
    public void BlueGreen_SwitchedToPodsThatAreNotRegistered_IsNotPromoted_BG18_TRALB21_E2E24()
    {
        var world = TestWorld.BlueGreen(2);
        world.TargetsRegistered = false;
        world.Settle();
        Assert.Empty(world.TargetsAsked); // A first version has nobody to take over from.
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
        Assert.Equal(("v1:2 v2:2", false), (world.Pods, world.ReplicaSet("v1").HasScaleDownDeadline));
        Assert.Equal(TimeSpan.FromSeconds(10), decision.LookAgainAfter);
        Assert.Contains(decision.Reasons, r => r is { Kind: ReasonKind.WaitingForTraffic, Message: "waiting for the load balancer to know the pods of Service active" });
        Assert.Equal("active", Assert.Single(world.TargetsAsked.Distinct()));

        world.TargetsRegistered = true;
        world.Settle();
        Assert.Equal((world.ReplicaSet("v2").Hash, RolloutPhases.Healthy, true), (world.Status.StableRS, world.Status.Phase, world.ReplicaSet("v1").HasScaleDownDeadline));
        world.TargetsAsked.Clear();
        world.Reconcile();
        Assert.Empty(world.TargetsAsked);
    }

    [Fact]
    public void BlueGreen_PromotedInFull_WaitsAllTheSame_BG18()
    {
        var world = TestWorld.BlueGreen(2, "\"autoPromotionEnabled\":false,");
        world.TargetsRegistered = false;
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v1").Hash), (world.Selected("active"), world.Status.StableRS));

        world.TargetsRegistered = true;
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void BlueGreen_AnalysisAfterTheSwitch_BeginsWhenPodsAreRegistered_BG18()
    {
        var world = TestWorld.BlueGreen(2, """ "postPromotionAnalysis":{"templates":[{"templateName":"t"}]},""");
        world.AddTemplate("t", """{"metrics":[{"name":"m","count":1,"provider":{"job":{}}}]}""");
        world.TargetsRegistered = false;
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Empty(world.Runs);

        world.TargetsRegistered = true;
        world.Settle();
        Assert.Single(world.Runs);
    }

    [Fact]
    public void BlueGreen_Aborted_GoesBackWithoutAsking_BG18()
    {
        var world = TestWorld.BlueGreen(2);
        world.TargetsRegistered = false;
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
    }

    [Fact]
    public void Canary_Promoted_KeepsOldPodsUntilTheNewOnesAreRegistered_TR53_TRALB21()
    {
        var world = Alb();
        world.TargetsRegistered = false;
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v2").Hash), (world.Status.StableRS, world.Selected("stable")));
        Assert.Equal(("v1:2 v2:2", false), (world.Pods, world.ReplicaSet("v1").HasScaleDownDeadline));
        Assert.Equal(TimeSpan.FromSeconds(10), decision.LookAgainAfter);
        Assert.Equal("stable", Assert.Single(world.TargetsAsked.Distinct()));

        world.TargetsRegistered = true;
        world.Settle();
        Assert.True(world.ReplicaSet("v1").HasScaleDownDeadline);

        // The deadline says that they were registered: nobody is asked again.
        world.TargetsRegistered = false;
        world.TargetsAsked.Clear();
        world.Now = world.Now.AddSeconds(31);
        world.Settle();
        Assert.Equal("v1:0 v2:2", world.Pods);
        Assert.Empty(world.TargetsAsked);
    }

    [Fact]
    public void Canary_OfOtherRouters_IsNotAskedAbout_TR53()
    {
        var world = TestWorld.Routed(2, """[{"setWeight":50}]""");
        world.TargetsRegistered = false;
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.True(world.ReplicaSet("v1").HasScaleDownDeadline);
        Assert.Empty(world.TargetsAsked);
    }

    [Fact]
    public void Canary_OfNoPods_WaitsForNone_TR53()
    {
        var world = Alb();
        world.TargetsRegistered = false;
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 0);
        world.Settle();
        world.Now = world.Now.AddSeconds(31);
        world.Settle();

        Assert.Equal("v1:0 v2:0", world.Pods);
    }

    private static TestWorld Alb()
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50}]""", """ "canaryService":"canary","stableService":"stable","trafficRouting":{"alb":{"ingress":"shop","servicePort":80} },""");
        world.AddService("canary");
        world.AddService("stable");
        world.Settle();
        return world;
    }
}
