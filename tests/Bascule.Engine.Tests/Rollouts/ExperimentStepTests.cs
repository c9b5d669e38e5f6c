using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class ExperimentStepTests
{
    private const string Steps = """[{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":10,"service":{"name":"a"}}]}},{"setWeight":20},{"pause":{}}]""";

    [Fact]
    public void Step_RunsItsExperiment_AndGoesOnWhenItSucceeds_EXS1_EXS5_EV17_STAT23()
    {
        var world = Updated();
        var name = Assert.Single(world.Experiments.Keys);
        Assert.Equal($"web-{world.ReplicaSet("v2").Hash}-2-0", name); // NAME-12
        Assert.Equal(name, world.Status.CurrentExperiment);
        Assert.Contains("ExperimentCreated", world.Told(), StringComparison.Ordinal);
        Assert.Equal(ReasonKind.ExperimentRunning, world.Decide().Reasons[0].Kind);
        Assert.Equal($"Experiment/{name}", world.Decide().Reasons[0].WaitsFor);

        world.SetExperiment(name, """{"phase":"Running","templateStatuses":[{"name":"a","serviceName":"a","podTemplateHash":"h","availableReplicas":1}]}""");
        world.Settle();
        Assert.Equal((0, 90), (world.Traffic!.Canary.Weight, world.Traffic.Stable.Weight)); // EXS-7, TR-26
        Assert.Equal(("a", "h", 10), Assert.Single(world.Status.Weights!.Additional.Select(a => (a.ServiceName, a.PodTemplateHash, a.Weight))));

        world.SetExperiment(name, """{"phase":"Successful"}""");
        world.Settle();
        Assert.Equal(2, world.Status.CurrentStepIndex);
        Assert.Equal("", world.Status.CurrentExperiment);
        Assert.Equal((20, 80), (world.Traffic.Canary.Weight, world.Traffic.Stable.Weight));
    }

    [Fact]
    public void Experiment_ThatCannotBeMade_IsNotSaidToBeAboutToStart()
    {
        var world = TestWorld.Canary(4, """[{"experiment":{"templates":[{"name":"a","specRef":"nobody"}]}}]""");
        world.Settle();
        world.SetImage("v2");

        var reason = Assert.Single(world.Settle().Reasons, r => r.Kind == ReasonKind.ExperimentRunning);
        Assert.Equal("correct spec.strategy.canary.steps[0].experiment.templates[0].specRef", reason.Unblock);
    }

    [Fact]
    public void Experiment_ThatFails_Aborts_LIFE17()
    {
        var world = Updated();
        world.SetExperiment(world.Experiments.Keys.Single(), """{"phase":"Failed","message":"bad"}""");
        world.Settle();
        Assert.Equal("RolloutAborted: Rollout aborted update to revision 2: Experiment analysis phase is error/failed: bad", world.Status.Message);
        Assert.Equal("", world.Status.CurrentExperiment);
    }

    [Fact]
    public void Experiment_ThatIsInconclusive_PausesUntilAPersonResumes_EXS6()
    {
        var world = Updated();
        world.SetExperiment(world.Experiments.Keys.Single(), """{"phase":"Inconclusive"}""");
        world.Settle();
        Assert.Equal((RolloutPhases.Paused, PauseReasons.InconclusiveExperiment), (world.Status.Phase, world.Status.Message));
        Assert.Single(world.Experiments);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(2, world.Experiments.Count);
    }

    [Theory]
    [InlineData("""{"abort":true}""")]
    [InlineData("""{"promoteFull":true}""")]
    public void Experiment_OfAnUpdateThatEnds_IsTerminated_EXS8(string status)
    {
        var world = Updated();
        world.PatchStatus(status);
        world.Settle();
        Assert.True(world.Experiments.Values.Single()["spec"]!["terminate"]!.GetValue<bool>());
    }

    private static TestWorld Updated()
    {
        var world = TestWorld.Routed(4, Steps);
        world.Settle();
        world.Told();
        world.SetImage("v2");
        world.Settle();
        return world;
    }
}
