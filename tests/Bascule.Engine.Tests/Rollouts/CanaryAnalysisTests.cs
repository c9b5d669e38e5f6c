using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class CanaryAnalysisTests
{
    private const string Template = """{"args":[{"name":"hash","value":"none"}],"metrics":[{"name":"success-rate","failureLimit":3,"successCondition":"result[0] > 0.9","provider":{"prometheus":{"query":"up{{args.hash}}"} } }]}""";
    private const string Step = """{"analysis":{"templates":[{"templateName":"rate"}],"args":[{"name":"hash","valueFrom":{"podTemplateHashValue":"Latest"} }],"analysisRunMetadata":{"labels":{"team":"a"},"annotations":{"note":"b"} } } }""";

    [Fact]
    public void AnalysisStep_Reached_MakesTheRunOfTheStep() // NAME-9, NAME-11, AR-2
    {
        var world = AtStep();
        var hash = world.ReplicaSet("v2").Hash;
        var run = world.Runs[$"web-{hash}-2-1"];

        Assert.Equal("""{"app":"web","rollout-type":"Step","rollouts-pod-template-hash":"HASH","step-index":"1","team":"a"}""".Replace("HASH", hash, StringComparison.Ordinal), Sorted(run["metadata"]!["labels"]!.AsObject()));
        Assert.Equal("""{"note":"b","rollout.argoproj.io/revision":"2"}""", Sorted(run["metadata"]!["annotations"]!.AsObject()));
        Assert.Equal("r-1", run["metadata"]!["ownerReferences"]![0]!["uid"]!.GetValue<string>());
        Assert.Equal(hash, run["spec"]!["args"]![0]!["value"]!.GetValue<string>());
        Assert.Equal($"web-{hash}-2-1", world.Status.StepAnalysisRun!.Name);
    }

    [Fact]
    public void AnalysisStep_Running_SaysHowItStands()
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.Runs[name]["status"] = System.Text.Json.Nodes.JsonNode.Parse("""{"phase":"Running","metricResults":[{"name":"success-rate","phase":"Running","count":3,"failed":1}]}""");
        var decision = world.Settle();

        var reason = Assert.Single(decision.Reasons, r => r.Kind == ReasonKind.StepAnalysis);
        Assert.Equal("step 2 of 3: analysis success-rate: 3 measurements, 1 failed of 3 allowed", reason.Message);
        Assert.Equal($"AnalysisRun/{name}", reason.WaitsFor);
        Assert.Null(decision.LookAgainAfter);
    }

    [Fact]
    public void AnalysisStep_Successful_GoesOn() // AR-3
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.EndRun(name, "Successful");
        world.Settle();

        Assert.Equal(2, world.Status.CurrentStepIndex);
        Assert.Null(world.Status.StepAnalysisRun);
        Assert.Contains(world.Emitted, e => e.Reason == "AnalysisRunSuccessful");
    }

    [Theory] // AR-3, LIFE-17
    [InlineData("Failed")]
    [InlineData("Error")]
    public void AnalysisStep_Bad_Aborts(string phase)
    {
        var world = AtStep();
        world.EndRun(world.Status.StepAnalysisRun!.Name, phase, "metric is bad");
        world.Settle();

        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.Equal("RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: metric is bad", world.Status.Message);
        Assert.Null(world.Status.StepAnalysisRun); // AR-1
    }

    [Fact]
    public void AnalysisStep_Inconclusive_PausesAndMeasuresAgainOnResume() // AR-6, LIFE-33, NAME-10
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.EndRun(name, "Inconclusive");
        var decision = world.Settle();
        Assert.Equal((RolloutPhases.Paused, PauseReasons.InconclusiveAnalysisRun), (world.Status.Phase, world.Status.Message));
        Assert.Equal(ReasonKind.PausedInconclusive, decision.Reasons[0].Kind);
        Assert.Single(world.Runs);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(name + ".1", world.Status.StepAnalysisRun!.Name);
        Assert.Equal((RolloutPhases.Progressing, false), (world.Status.Phase, world.Status.ControllerPause));
        world.EndRun(name + ".1", "Successful");
        world.Settle();
        Assert.Equal(2, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void AnalysisStep_Retried_GetsANewRun() // LIFE-19
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.EndRun(name, "Failed");
        world.Settle();
        world.PatchStatus("""{"abort":false}""");
        world.Settle();

        Assert.Equal(name + ".1", world.Status.StepAnalysisRun!.Name);
    }

    [Fact]
    public void AnalysisStep_RunMadeButNotRecorded_IsTakenUpAgain() // cut between two effects, NAME-10
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.PatchStatus("""{"canary":{"currentStepAnalysisRunStatus":null}}""");
        world.Settle();

        Assert.Equal(name, world.Status.StepAnalysisRun!.Name);
        Assert.Single(world.Runs);
        Assert.Null(world.Runs[name]["spec"]!["terminate"]);
    }

    [Fact]
    public void PromoteFull_DuringAnAnalysis_EndsIt() // LIFE-23, AR-1
    {
        var world = AtStep();
        var name = world.Status.StepAnalysisRun!.Name;
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.True(world.Runs[name]["spec"]!["terminate"]!.GetValue<bool>());
        Assert.Equal("v1:0 v2:5", world.Pods);
    }

    [Fact]
    public void Background_FromItsStartingStep_RunsUntilPromotion() // AR-4, AR-5, SPEC-64
    {
        var world = Background();
        Assert.Null(world.Status.BackgroundAnalysisRun);
        world.PatchStatus("""{"pauseConditions":null}""");
        var decision = world.Settle();
        var name = world.Status.BackgroundAnalysisRun!.Name;
        Assert.Equal($"web-{world.ReplicaSet("v2").Hash}-2", name);
        Assert.Equal("Background", world.Runs[name]["metadata"]!["labels"]![Labels.RolloutType]!.GetValue<string>());
        Assert.Contains(decision.Reasons, r => r.Kind == ReasonKind.BackgroundAnalysis && r.WaitsFor == $"AnalysisRun/{name}");

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.True(world.Runs[name]["spec"]!["terminate"]!.GetValue<bool>());
        Assert.Null(world.Status.BackgroundAnalysisRun);
    }

    [Fact]
    public void Background_Failed_AbortsFromAPauseStep() // AR-4
    {
        var world = Background();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        world.EndRun(world.Status.BackgroundAnalysisRun!.Name, "Failed", "too many errors");
        world.Settle();

        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.EndsWith("Background analysis phase error/failed: too many errors", world.Status.Message, StringComparison.Ordinal);
        Assert.Contains(world.Emitted, e => e.Reason == "AnalysisRunFailed");
    }

    [Fact]
    public void Background_NotNamedAnyMore_IsEndedAndForgotten() // AR-8
    {
        var world = Background();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        var name = world.Status.BackgroundAnalysisRun!.Name;
        world.SetImage("v3");
        world.Settle();

        Assert.True(world.Runs[name]["spec"]!["terminate"]!.GetValue<bool>());
        Assert.Null(world.Status.BackgroundAnalysisRun);
    }

    [Fact]
    public void RunHistory_BeyondTheLimits_IsDeleted() // GC-4, SPEC-11
    {
        var world = AtStep("\"analysis\":{\"unsuccessfulRunHistoryLimit\":1},");
        for (var i = 0; i < 3; i++)
        {
            world.EndRun(world.Status.StepAnalysisRun!.Name, "Failed");
            world.Settle();
            world.PatchStatus("""{"abort":false}""");
            world.Settle();
        }

        Assert.Equal(2, world.Runs.Count);
        Assert.Contains(world.Status.StepAnalysisRun!.Name, world.Runs.Keys);
    }

    [Fact]
    public void MissingTemplate_IsInvalidUntilItIsThere() // REF-4, E2E-90
    {
        var world = TestWorld.Canary(5, $"[{Step}]");
        var decision = world.Settle();
        Assert.Equal("InvalidSpec: The Rollout \"web\" is invalid: spec.strategy.canary.steps[0].analysis.templates: Invalid value: \"rate\": AnalysisTemplate 'rate' not found", world.Status.Message);
        Assert.True(decision.Invalid);
        Assert.Equal(TimeSpan.FromSeconds(10), decision.LookAgainAfter);
        Assert.Empty(world.Observe().ReplicaSets);

        world.AddTemplate("rate", Template);
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Null(world.Status.Condition(ConditionTypes.InvalidSpec));
    }

    private static TestWorld AtStep(string spec = "")
    {
        var world = TestWorld.Canary(5, "[{\"setWeight\":20}," + Step + ",{\"pause\":{}}]", spec: spec);
        world.AddTemplate("rate", Template);
        world.Settle();
        Assert.Empty(world.Runs);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);
        return world;
    }

    private static TestWorld Background()
    {
        var world = TestWorld.Canary(5, """[{"setWeight":20},{"pause":{}},{"setWeight":40},{"pause":{}}]""", "\"analysis\":{\"startingStep\":2,\"templates\":[{\"templateName\":\"rate\"}]},");
        world.AddTemplate("rate", Template);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        return world;
    }

    private static string Sorted(System.Text.Json.Nodes.JsonObject map)
    {
        var sorted = new System.Text.Json.Nodes.JsonObject();
        foreach (var (key, value) in map.OrderBy(e => e.Key, StringComparer.Ordinal))
            sorted[key] = value!.DeepClone();
        return sorted.ToJsonString();
    }
}
