using System.Text.Json.Nodes;
using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class RoutedCanaryTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    [Fact]
    public void FirstDeploy_SendsEverybodyToStable_TR12()
    {
        var world = Deployed(5, Steps);
        Assert.Equal("v1:5", world.Pods);
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("stable"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Update_KeepsStableWholeAndMovesTheWeight_TR1_TR2_TR16_TR42()
    {
        var world = Deployed(5, Steps);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:5 v2:1", world.Pods);
        Assert.Equal((20, 80), Weights(world));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("canary"));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("stable"));
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        Assert.Equal((20, "canary", world.ReplicaSet("v2").Hash), (world.Status.Weights!.Canary.Weight, world.Status.Weights.Canary.ServiceName, world.Status.Weights.Canary.PodTemplateHash)); // STAT-20

        Promote(world);
        Assert.Equal("v1:5 v2:3", world.Pods);
        Assert.Equal((60, 40), Weights(world));

        Promote(world);
        Assert.Equal("v1:5 v2:5", world.Pods);
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("stable"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(TimeSpan.FromSeconds(30), world.Decide().LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:0 v2:5", world.Pods);
    }

    [Fact]
    public void Promotion_MovesTheStableServiceBeforeTheWeightGoesBack_TR42()
    {
        // TR-C-18
        var world = Deployed(2, """[{"setWeight":50}]""");
        world.SetImage("v2");
        for (var i = 0; i < 200; i++)
        {
            var decision = world.Decide();
            if (decision.Effects.IsEmpty && !world.MakePods())
                break;
            world.Apply(decision);
            if (world.Status.StableRS == world.ReplicaSets("v2")?.Hash && world.Traffic!.Canary.Weight == 0)
                Assert.Equal(world.Status.StableRS, world.Selected("stable"));
        }

        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Abort_SendsEverybodyBackAndKeepsTheCanaryForItsDelay_TR43_TR44_E2E49()
    {
        var world = Deployed(5, Steps);
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("canary"));
        Assert.Equal("v1:5 v2:1", world.Pods);
        Assert.Equal(0, world.Status.CurrentStepIndex);
        Assert.Equal(TimeSpan.FromSeconds(30), world.Decide().LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:5 v2:0", world.Pods);
    }

    [Fact]
    public void Abort_WithDelayZero_KeepsTheCanaryForEver_TR45()
    {
        var world = Deployed(5, Steps, "\"abortScaleDownDelaySeconds\":0,");
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        var decision = world.Settle();
        Assert.Equal("v1:5 v2:1", world.Pods);
        Assert.Null(decision.LookAgainAfter);
        Assert.DoesNotContain("SwitchService SwitchService", world.Told(), StringComparison.Ordinal); // TR-41
    }

    [Fact]
    public void SetCanaryScale_SizesApartFromTheWeight_TRX11_E2E40()
    {
        var world = Deployed(4, """[{"setCanaryScale":{"weight":25}},{"pause":{}},{"setWeight":50},{"pause":{}},{"setCanaryScale":{"replicas":3}},{"pause":{}},{"setCanaryScale":{"matchTrafficWeight":true}},{"pause":{}}]""");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal((0, 100), Weights(world));
        Promote(world);
        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal((50, 50), Weights(world));
        Promote(world);
        Assert.Equal("v1:4 v2:3", world.Pods);
        Promote(world);
        Assert.Equal("v1:4 v2:2", world.Pods);
        Promote(world);
        Assert.Equal("v1:4 v2:4", world.Pods);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void DynamicStableScale_ShrinksStableAfterItsTraffic_TR3_TR6_E2E53()
    {
        var world = Deployed(4, """[{"setWeight":25},{"pause":{}},{"setWeight":75},{"pause":{}}]""", "\"dynamicStableScale\":true,");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:3 v2:1", world.Pods);
        Promote(world);
        Assert.Equal("v1:1 v2:3", world.Pods);
        Assert.Equal((75, 25), Weights(world));

        world.PatchStatus("""{"abort":true}""");
        world.Reconcile();
        Assert.Equal("v1:3 v2:3", world.Pods);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("canary"));
        Assert.Equal((75, 25), Weights(world));
        world.Settle();
        Assert.Equal("v1:4 v2:0", world.Pods);
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("canary"));
    }

    [Fact]
    public void DynamicStableScale_BackToStable_WaitsForItsPods_TR11_E2E55()
    {
        var world = Deployed(4, """[{"setWeight":25},{"pause":{}}]""", "\"dynamicStableScale\":true,");
        world.SetImage("v2");
        world.Settle();
        var canary = world.ReplicaSet("v2").Hash;
        world.SetImage("v1");
        world.Reconcile();
        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal((25, 75), Weights(world));
        Assert.Equal(canary, world.Selected("canary"));
        world.Settle();
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal("v1:4 v2:0", world.Pods);
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("canary"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void ThirdVersion_DuringADynamicUpdate_LeavesTheSecondOnlyAsStableGrows_TR54()
    {
        var world = Deployed(4, """[{"setWeight":75},{"pause":{}}]""", "\"dynamicStableScale\":true,");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:1 v2:3", world.Pods);
        world.SetImage("v3");
        world.Reconcile();
        Assert.Equal(75, world.Traffic!.Canary.Weight);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Traffic.Canary.PodTemplateHash);
        Assert.Equal(3, world.ReplicaSet("v2").Wanted);
        world.Settle();
        Assert.Equal("v1:1 v2:0 v3:3", world.Pods);
        Assert.Equal((75, 25), Weights(world));
    }

    [Fact]
    public void CanaryWithoutPods_HasNoWeight_TR14()
    {
        var world = Deployed(4, Steps);
        world.SetImage("v2");
        world.Settle();
        world.Crash("v2");
        world.Reconcile();
        Assert.Equal((0, 100), Weights(world));
    }

    [Fact]
    public void Weight_NotVerified_HoldsTheStep_TR24()
    {
        var world = Deployed(4, Steps);
        world.Verified = false;
        world.SetImage("v2");
        var decision = world.Settle();
        Assert.Equal(0, world.Status.CurrentStepIndex);
        Assert.False(world.Status.Weights!.Verified);
        Assert.Equal(TimeSpan.FromSeconds(10), decision.LookAgainAfter);
        world.Verified = true;
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void Weight_EditedByHand_IsPutRight()
    {
        var world = Deployed(4, Steps);
        world.SetImage("v2");
        world.Settle();
        world.Traffic = world.Traffic! with { Canary = world.Traffic.Canary with { Weight = 99 } };
        world.Settle();
        Assert.Equal((20, 80), Weights(world));
    }

    [Fact]
    public void ManagedRoutes_LiveFromTheirStepToTheirEnd_MR1_MR2_TR19()
    {
        // TR-C-22
        const string header = """{"setHeaderRoute":{"name":"b","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}}""";
        var world = Deployed(2, $$$"""[{"setWeight":10},{{{header}}},{"setHeaderRoute":{"name":"a","match":[{"headerName":"y","headerValue":{"exact":"1"}}]}},{"pause":{}},{"setHeaderRoute":{"name":"b"}},{"pause":{}}]""", routing: "\"managedRoutes\":[{\"name\":\"a\"},{\"name\":\"b\"}],");
        Assert.Empty(world.Traffic!.Routes);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(["a", "b"], world.Traffic.Routes.Select(r => r.Name));
        Promote(world);
        Assert.Equal(["a"], world.Traffic.Routes.Select(r => r.Name));
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Empty(world.Traffic.Routes);
    }

    [Fact]
    public void PingPong_SwapsRolesAtEachPromotion_PP1_PP2_PP3()
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50},{"pause":{}}]""", "\"pingPong\":{\"pingService\":\"ping\",\"pongService\":\"pong\"},\"trafficRouting\":{\"istio\":{\"virtualService\":{\"name\":\"web\"}}},");
        world.AddService("ping");
        world.AddService("pong");
        world.Settle();
        Assert.Equal("ping", world.Status.StablePingPong);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(("pong", "ping"), (world.Traffic!.PingPong!.Canary, world.Traffic.PingPong.Stable));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("pong"));
        Assert.Equal((50, "", ""), (world.Status.Weights!.Canary.Weight, world.Status.Weights.Canary.ServiceName, world.Status.Weights.Stable.ServiceName)); // TR-C-10
        Promote(world);
        Assert.Equal("pong", world.Status.StablePingPong);
        Assert.Equal(("ping", "pong"), (world.Traffic.PingPong!.Canary, world.Traffic.PingPong.Stable));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void NoSteps_JumpAtPromotion_TR17()
    {
        var world = Deployed(2, "[]");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("stable"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void PromoteFull_Static_GoesToTheEndFromAnyWeight_TR15(int replicas, bool dynamic)
    {
        var world = Deployed(replicas, Steps, dynamic ? "\"dynamicStableScale\":true," : "");
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
        Assert.Equal((0, 100), Weights(world));
    }

    [Fact]
    public void Abort_WhileAPromoteFullIsUnderWay_IsObeyed()
    {
        var world = Deployed(3, Steps);
        world.SetImage("v2");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.PatchStatus("""{"promoteFull":true}""");
        world.Reconcile();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        Assert.False(world.Status.PromoteFull);
        Assert.Equal((0, 100), Weights(world));
    }

    [Fact]
    public void StableThatNeverBecameHealthy_DoesNotBlockTheFix()
    {
        var world = TestWorld.Routed(3, """[{"setWeight":20},{"setWeight":60}]""");
        world.BrokenImages.Add("v1");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("stable"));
    }

    [Fact]
    public void NeitherTheVersionThatIsOvertakenNorTheStableOneAnswers_TheNewOneTakesItsPlaceAtOnce()
    {
        var world = Deployed(4, """[{"setWeight":50},{"pause":{}}]""");
        world.SetImage("v2");
        world.Settle();
        world.Crash("v1");
        world.SetImage("v3");
        world.Reconcile();
        Assert.Equal((world.ReplicaSet("v2").Hash, 50), (world.Traffic!.Canary.PodTemplateHash, world.Traffic.Canary.Weight));
        world.MakePods();
        world.Crash("v2");
        world.Settle();

        Assert.Equal((world.ReplicaSet("v3").Hash, 50), (world.Traffic!.Canary.PodTemplateHash, world.Traffic.Canary.Weight));
    }

    [Fact]
    public void RoutingBeginsWhenTheStableVersionHasNoPodsAnyMore_UsersStayWithTheNewOne()
    {
        var world = TestWorld.Canary(4, "[]", "\"canaryService\":\"canary\",\"stableService\":\"stable\",");
        world.AddService("canary");
        world.AddService("stable");
        world.Settle();
        world.SetImage("v2");
        for (var pass = 0; pass == 0 || world.ReplicaSet("v1").Wanted > 0; pass++)
        {
            Assert.True(pass < 40, world.Pods);
            world.MakePods(most: 1);
            world.Reconcile();
        }

        world.MakePods(most: 0);

        world.Edit(spec =>
        {
            var canary = spec["strategy"]!["canary"]!;
            canary["trafficRouting"] = JsonNode.Parse("""{"istio":{"virtualService":{"name":"web"}}}""");
            canary["steps"] = JsonNode.Parse("""[{"setWeight":25},{"pause":{}}]""");
        });
        world.Reconcile();
        Assert.Equal((world.ReplicaSet("v2").Hash, 100), (world.Traffic!.Canary.PodTemplateHash, world.Traffic.Canary.Weight));
        world.Settle();
        Assert.Equal((25, 75), Weights(world));
    }

    [Fact]
    public void NoPodsAreWanted_AVersionOfBeforeDoesNotKeepItsOwnBecauseAServiceLeadsToIt()
    {
        var world = Deployed(3, """[{"setWeight":20},{"pause":{}}]""");
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => { spec["paused"] = true; spec["replicas"] = 0; });
        world.Settle();
        ((JsonObject)world.Rollout["status"]!).Clear();
        world.Edit(spec => spec["paused"] = false);
        world.Settle();
        world.Now += TimeSpan.FromMinutes(1);
        world.Settle();

        Assert.Equal("v1:0 v2:0", world.Pods);
    }

    private static void Promote(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }

    private static (int Canary, int Stable) Weights(TestWorld world)
    {
        Assert.Equal(world.Traffic!.Canary.Weight, world.Status.Weights!.Canary.Weight);
        return (world.Traffic.Canary.Weight, world.Traffic.Stable.Weight);
    }

    private static TestWorld Deployed(int replicas, string steps, string more = "", string routing = "")
    {
        var world = TestWorld.Routed(replicas, steps, more, routing);
        world.Settle();
        world.Told();
        return world;
    }
}
