using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// The end-to-end suite of Argo Rollouts about traffic routers, as far as it is decided and not carried out: what every
/// router is asked for. What each makes of it is proved beside the router.
/// </summary>
public sealed class RoutedScenarioTests
{
    private const string Header = """{"setHeaderRoute":{"name":"NAME","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}}""";

    [Fact]
    public void Weights_FollowTheSteps_AndTheOldPodsStayForTheirDelay_E2E20_E2E22_E2E23_E2E112_E2E113()
    {
        var world = Updated("""[{"setWeight":0},{"pause":{}},{"setWeight":5},{"pause":{}},{"setWeight":50},{"pause":{}}]""");
        Assert.Equal((0, 100), Weights(world));
        Resume(world);
        Assert.Equal((5, 95), Weights(world));
        Resume(world);
        Assert.Equal((50, 50), Weights(world));
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v1").Hash), (world.Traffic!.Canary.PodTemplateHash, world.Traffic.Stable.PodTemplateHash));
        Resume(world);
        Assert.Equal(((0, 100), "v1:4 v2:4", RolloutPhases.Healthy), (Weights(world), world.Pods, world.Status.Phase));
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:0 v2:4", world.Pods);
    }

    [Fact]
    public void PingPong_TogglesAtEachPromotion_E2E25_E2E118()
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50},{"pause":{}}]""", "\"pingPong\":{\"pingService\":\"ping\",\"pongService\":\"pong\"},\"trafficRouting\":{\"istio\":{\"virtualService\":{\"name\":\"web\"}}},");
        world.AddService("ping");
        world.AddService("pong");
        world.Settle();
        foreach (var (image, stable, canary) in new[] { ("v2", "ping", "pong"), ("v3", "pong", "ping"), ("v4", "ping", "pong") })
        {
            Assert.Equal(stable, world.Status.StablePingPong);
            world.SetImage(image);
            world.Settle();
            Assert.Equal((canary, stable, 50), (world.Traffic!.Canary.ServiceName, world.Traffic.Stable.ServiceName, world.Traffic.Canary.Weight));
            Assert.Equal(world.ReplicaSet(image).Hash, world.Selected(canary));
            Resume(world);
            Assert.Equal((RolloutPhases.Healthy, canary), (world.Status.Phase, world.Status.StablePingPong));
        }
    }

    [Theory]
    [InlineData("""{"setWeight":10},""", 10)]
    [InlineData("", 0)]
    public void Experiment_SharesAreAdditional_E2E27_E2E117(string first, int canary)
    {
        var world = Updated($$"""[{{first}}{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":20},{"name":"b","specRef":"stable","weight":15}]} },{"pause":{} }]""");
        Assert.Empty(world.Traffic!.Additional);
        world.SetExperiment(Assert.Single(world.Experiments.Keys), """{"phase":"Running","templateStatuses":[{"name":"a","serviceName":"s-a","podTemplateHash":"h-a","availableReplicas":1},{"name":"b","serviceName":"s-b","podTemplateHash":"h-b","availableReplicas":1}]}""");
        world.Settle();
        Assert.Equal((canary, 100 - canary - 35), Weights(world));
        Assert.Equal([("s-a", 20), ("s-b", 15)], world.Traffic.Additional.Select(a => (a.ServiceName, a.Weight)));
        world.SetExperiment(world.Experiments.Keys.Single(), """{"phase":"Successful"}""");
        world.Settle();
        Assert.Empty(world.Traffic.Additional);
        Assert.Equal((canary, 100 - canary), Weights(world));
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("full")]
    public void HeaderAndMirrorRoutes_ComeByTheirStepsAndGoAtTheEnd_E2E28_E2E110_E2E111(string end)
    {
        var first = Header.Replace("NAME", "h1", StringComparison.Ordinal);
        var second = Header.Replace("NAME", "h2", StringComparison.Ordinal);
        var world = Updated($$$"""[{"setWeight":25},{{{first}}},{"pause":{}},{{{second}}},{"setMirrorRoute":{"name":"m","percentage":35,"match":[{"path":{"prefix":"/"}}]}},{"pause":{}},{"setHeaderRoute":{"name":"h1"}},{"setMirrorRoute":{"name":"m"}},{"pause":{}}]""", routing: "\"managedRoutes\":[{\"name\":\"h2\"},{\"name\":\"h1\"},{\"name\":\"m\"}],");
        Assert.Equal(["h1"], Routes(world));
        Resume(world);
        Assert.Equal(["h2", "h1", "m"], Routes(world));
        Assert.Equal(35, world.Traffic!.Routes[2].Mirror!.Percentage);
        Resume(world);
        Assert.Equal(["h2"], Routes(world));
        if (end == "full")
            world.PatchStatus("""{"promoteFull":true}""");
        else
            world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Empty(Routes(world));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Abort_OfAPromotedRollout_ChangesNothing_E2E114()
    {
        var world = TestWorld.Routed(2, """[{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        for (var round = 0; round < 2; round++)
        {
            var (pods, weights) = (world.Pods, Weights(world));
            world.PatchStatus("""{"abort":true}""");
            world.Settle();
            Assert.Equal((pods, weights, RolloutPhases.Healthy, false), (world.Pods, Weights(world), world.Status.Phase, world.Status.Abort));
            world.SetImage("v2");
            world.Settle();
            Resume(world);
        }
    }

    [Fact]
    public void Abort_NearTheEnd_KeepsTheCanaryForItsDelay_E2E116()
    {
        var world = Updated("""[{"setWeight":20},{"setWeight":40},{"setWeight":60},{"setWeight":80},{"pause":{}}]""", 5);
        Assert.Equal("v1:5 v2:4", world.Pods);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.Equal(("v1:5 v2:4", (0, 100)), (world.Pods, Weights(world)));
        Assert.Equal(world.Now.AddSeconds(30), world.ReplicaSet("v2").ScaleDownDeadline);
    }

    [Fact]
    public void Abort_AndThenFewerReplicas_LeavesEverybodyAtStable_E2E119()
    {
        var world = Updated("""[{"setWeight":20},{"pause":{}}]""");
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 1);
        world.Settle();

        Assert.Equal((0, 100), Weights(world));
        Assert.Equal(1, world.ReplicaSet("v1").Wanted);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:1 v2:0", world.Pods);
    }

    private static IEnumerable<string> Routes(TestWorld world) => world.Traffic!.Routes.Select(r => r.Name);

    private static (int Canary, int Stable) Weights(TestWorld world) => (world.Traffic!.Canary.Weight, world.Traffic.Stable.Weight);

    private static void Resume(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }

    private static TestWorld Updated(string steps, int replicas = 4, string routing = "")
    {
        var world = TestWorld.Routed(replicas, steps, "", routing);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        return world;
    }
}
