using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What the steps of a canary do, and when they are done.</summary>
public sealed class StepTests
{
    private const string Routes = "\"managedRoutes\":[{\"name\":\"r\"}],";

    [Fact]
    public void SetWeight_IsDoneWhenItsPodsAreThereAndItsWeightIsNotDenied_STEP1()
    {
        // TR-C-15
        var world = Updated(TestWorld.Routed(4, """[{"setWeight":50},{"pause":{}}]"""), settle: false);
        world.Reconcile();
        Assert.Equal((0, 0), (world.Status.CurrentStepIndex, world.Traffic!.Canary.Weight));
        world.Verified = false;
        world.Settle();
        Assert.Equal((0, 50), (world.Status.CurrentStepIndex, world.Traffic.Canary.Weight));
        world.Verified = null; // A router that cannot tell does not deny.
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);
    }

    [Theory]
    [InlineData("""{"replicas":3,"weight":25}""", 3)]
    [InlineData("""{"weight":75}""", 3)]
    [InlineData("""{"weight":200}""", 8)]
    [InlineData("""{"matchTrafficWeight":true}""", 1)]
    public void SetCanaryScale_SetsTheSizeApartFromTheWeight_STEP4(string scale, int pods)
    {
        var world = Updated(TestWorld.Routed(4, $$$"""[{"setWeight":25},{"setCanaryScale":{"replicas":2}},{"setCanaryScale":{{{scale}}}},{"pause":{}}]"""));

        Assert.Equal((pods, 4, 25), (world.ReplicaSet("v2").Wanted, world.ReplicaSet("v1").Wanted, world.Traffic!.Canary.Weight));
        Assert.Equal(3, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void SetCanaryScale_AsksForPodsAndNotForTheWeight_STEP4()
    {
        var world = Updated(TestWorld.Routed(4, """[{"setWeight":25},{"pause":{}},{"setCanaryScale":{"replicas":2}},{"pause":{}}]"""));
        world.Verified = false;
        Resume(world);
        Assert.Equal((3, 2), (world.Status.CurrentStepIndex, world.ReplicaSet("v2").Wanted));
    }

    [Theory]
    [InlineData("Running", 1)]
    [InlineData("Successful", 2)]
    public void Analysis_IsDoneWhenItsRunIsSuccessful_STEP5(string phase, int step)
    {
        var world = TestWorld.Canary(4, """[{"setWeight":25},{"analysis":{"templates":[{"templateName":"t"},{"templateName":"u"}],"args":[{"name":"a","value":"x"}],"dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"n","limit":3}],"analysisRunMetadata":{"labels":{"team":"a"},"annotations":{"note":"b"}}}},{"pause":{}}]""");
        world.AddTemplate("t", """{"args":[{"name":"a"}],"metrics":[{"name":"m","provider":{"web":{"url":"http://{{args.a}}"}}}]}""");
        world.AddTemplate("u", """{"metrics":[{"name":"n","provider":{"web":{"url":"http://y"}}}]}""");
        Updated(world);
        var (name, run) = Assert.Single(world.Runs);
        Assert.Equal(["m", "n"], run["spec"]!["metrics"]!.AsArray().Select(m => m!["name"]!.GetValue<string>()));
        Assert.Equal("""[{"name":"a","value":"x"}]""", run["spec"]!["args"]!.ToJsonString());
        Assert.Equal(("m", 3), (run["spec"]!["dryRun"]![0]!["metricName"]!.GetValue<string>(), run["spec"]!["measurementRetention"]![0]!["limit"]!.GetValue<int>()));
        Assert.Equal(("a", "b"), (run["metadata"]!["labels"]!["team"]!.GetValue<string>(), run["metadata"]!["annotations"]!["note"]!.GetValue<string>()));

        world.EndRun(name, phase);
        world.Settle();
        Assert.Equal(step, world.Status.CurrentStepIndex);
    }

    [Theory]
    [InlineData("Running", 0)]
    [InlineData("Successful", 1)]
    public void Experiment_IsDoneWhenItIsSuccessful_STEP6(string phase, int step)
    {
        var world = TestWorld.Canary(4, """
            [{"experiment":{"templates":[{"name":"c","specRef":"canary","replicas":2,"metadata":{"labels":{"role":"c"}}},{"name":"s","specRef":"stable"}],"duration":"5m",
              "analyses":[{"name":"x","templateName":"t","requiredForCompletion":true}],"dryRun":[{"metricName":"m"}],"analysisRunMetadata":{"labels":{"team":"a"}},"scaleDownDelaySeconds":7}},{"pause":{}}]
            """);
        Updated(world);
        var (name, experiment) = Assert.Single(world.Experiments);
        var spec = experiment["spec"]!;
        Assert.Equal(["c", "s"], spec["templates"]!.AsArray().Select(t => t!["name"]!.GetValue<string>()));
        Assert.Equal(("5m", 7, 2, "c"), (spec["duration"]!.GetValue<string>(), spec["scaleDownDelaySeconds"]!.GetValue<int>(), spec["templates"]![0]!["replicas"]!.GetValue<int>(), spec["templates"]![0]!["template"]!["metadata"]!["labels"]!["role"]!.GetValue<string>()));
        Assert.Equal(("t", true, "m", "a"), (spec["analyses"]![0]!["templateName"]!.GetValue<string>(), spec["analyses"]![0]!["requiredForCompletion"]!.GetValue<bool>(), spec["dryRun"]![0]!["metricName"]!.GetValue<string>(), spec["analysisRunMetadata"]!["labels"]!["team"]!.GetValue<string>()));

        world.SetExperiment(name, $$"""{"phase":"{{phase}}"}""");
        world.Settle();
        Assert.Equal(step, world.Status.CurrentStepIndex);
    }

    [Theory]
    [InlineData("setHeaderRoute", """{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"1"}}]}""")]
    [InlineData("setMirrorRoute", """{"name":"r","percentage":50,"match":[{"method":{"exact":"GET"},"path":{"prefix":"/"}}]}""")]
    public void RouteSteps_AreDoneOnceTheRouteIsThere_STEP7_STEP8(string kind, string route)
    {
        // TR-C-20, TR-C-21
        var world = Updated(TestWorld.Routed(4, $$$"""[{"setWeight":25},{"{{{kind}}}":{{{route}}}},{"pause":{}},{"{{{kind}}}":{"name":"r"}},{"pause":{}}]""", routing: Routes));
        Assert.Equal(("r", 2), (Assert.Single(world.Traffic!.Routes).Name, world.Status.CurrentStepIndex));
        Resume(world);
        Assert.Empty(world.Traffic.Routes);
        Assert.Equal(4, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void StepOfSeveralKinds_IsDoneByTheFirstAndDoesThemAll_STEP10()
    {
        const string route = """{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"1"}}]}""";
        var world = TestWorld.Routed(4, $$$"""[{"setWeight":25,"setCanaryScale":{"replicas":2},"setHeaderRoute":{{{route}}}},{"pause":{},"setCanaryScale":{"replicas":3}},{"pause":{}},{"setCanaryScale":{"replicas":1},"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}}]""", routing: Routes);
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        Updated(world);
        Assert.Equal((1, 3, 25), (world.Status.CurrentStepIndex, world.ReplicaSet("v2").Wanted, world.Traffic!.Canary.Weight));
        Assert.Equal("r", Assert.Single(world.Traffic.Routes).Name);

        Resume(world);
        Resume(world);
        // The size is what completion looks at; the run that began with it ends with its step.
        Assert.Equal((4, 1), (world.Status.CurrentStepIndex, world.ReplicaSet("v2").Wanted));
        Assert.True(Assert.Single(world.Runs).Value["spec"]!["terminate"]!.GetValue<bool>());
    }

    [Fact]
    public void Steps_GoOneByOne_STEP12_EV8()
    {
        var world = TestWorld.Canary(4, """[{"setWeight":0},{"setWeight":0},{"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}},{"setWeight":50},{"pause":{}}]""");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        Updated(world, settle: false);
        world.Emitted.Clear();
        world.Settle();
        world.EndRun(Assert.Single(world.Runs).Key, "Successful");
        world.Settle();
        Assert.Equal(3, world.Status.CurrentStepIndex);
        Assert.Null(world.Status.StepAnalysisRun);
        Resume(world);
        Assert.Equal(5, world.Status.CurrentStepIndex);
        Assert.Single(world.Status.PauseConditions);

        Assert.All(world.Applied, d => Assert.True(d.Effects.OfType<EmitEvent>().Count(e => e.Reason == EventReasons.StepCompleted) <= 1));
        Assert.Equal(
            ["Rollout step 1/6 completed (setWeight: 0)", "Rollout step 2/6 completed (setWeight: 0)", "Rollout step 3/6 completed (analysis)", "Rollout step 4/6 completed (pause)", "Rollout step 5/6 completed (setWeight: 50)"],
            world.Emitted.Where(e => e.Reason == EventReasons.StepCompleted).Select(e => e.Message));
    }

    private static TestWorld Updated(TestWorld world, bool settle = true)
    {
        world.Settle();
        world.SetImage("v2");
        if (settle)
            world.Settle();
        return world;
    }

    private static void Resume(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }
}
