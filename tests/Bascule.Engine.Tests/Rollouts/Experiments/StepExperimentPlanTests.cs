using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Experiments;

namespace Bascule.Engine.Tests.Rollouts.Experiments;

/// <summary>What a pass over a canary does about its Experiments (EXS-1, EXS-5 to EXS-9, GC-4).</summary>
public sealed class StepExperimentPlanTests
{
    private const string Step = """{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":10},{"name":"b","specRef":"stable","weight":20},{"name":"c","specRef":"canary"}]}}""";

    private string _status = "{}";
    private string _steps = $"[{Step}]";
    private bool _stable = true;

    [Fact]
    public void AtTheStep_OneIsCreated_EXS1()
    {
        var plan = Plan();

        Assert.Equal(("web-new-2-0", "web-new-2-0"), (plan.Create!.Name, plan.CurrentName));
        Assert.Equal(3, plan.Create.Body.GetProperty("spec").GetProperty("templates").GetArrayLength());
        Assert.Empty(plan.Weights);
    }

    [Theory]
    [InlineData("""{"pauseConditions":[{"reason":"InconclusiveAnalysisRun"}]}""", true, false)]
    [InlineData("""{"pauseConditions":[{"reason":"InconclusiveExperiment"}]}""", true, false)] // EXS-6
    [InlineData("{}", false, false)]
    [InlineData("{}", true, true)]
    public void WithoutAStableVersion_OrWhenPausedOrEnded_NoneIsCreated_EXS1_EXS6(string status, bool stable, bool ended)
    {
        (_status, _stable) = (status, stable);

        Assert.Null(Plan(ended).Create);
    }

    [Fact]
    public void AtAnotherStep_NoneIsCreated_EXS1()
    {
        _steps = $"""[{Step},{"{\"pause\":{}}"}]""";
        _status = """{"currentStepIndex":1}""";

        Assert.Equal(("", null, null), (Plan().CurrentName, Plan().Create, Plan().Current));
    }

    [Theory]
    [InlineData("", "web-x", false, false, null)]
    [InlineData("Pending", "web-x", false, false, null)]
    [InlineData("Running", "web-x", false, false, null)]
    [InlineData("Successful", "web-x", true, false, null)]
    [InlineData("Inconclusive", "", false, true, null)]
    [InlineData("Failed", "", false, false, "Experiment analysis phase is error/failed: why")]
    [InlineData("Error", "", false, false, "Experiment analysis phase is error/failed: why")]
    public void Current_Outcome_EXS5_STAT23_LIFE17(string phase, string name, bool successful, bool inconclusive, string? abort)
    {
        _status = """{"canary":{"currentExperiment":"web-x"}}""";

        var plan = Plan(false, One("web-x", phase, status: """{"message":"why"}"""));

        Assert.Equal((name, successful, inconclusive, abort), (plan.CurrentName, plan.IsSuccessful, plan.IsInconclusive, plan.AbortCause));
        Assert.Null(plan.Create);
        Assert.Empty(plan.Terminate);
    }

    [Fact]
    public void Current_LostFromTheStatus_IsFoundByItsName_EXS1_NAME12()
    {
        var created = Plan().Create!;
        var existing = JsonObject.Create(created.Body.Clone())!;

        var plan = Plan(false, Experiment.Read(JsonElement.Parse(existing.ToJsonString())));

        Assert.Equal(("web-new-2-0", null), (plan.CurrentName, plan.Create));
        Assert.Empty(plan.Terminate);
    }

    [Fact]
    public void Resumed_AfterAnInconclusiveOne_RunsAnother_EXS6()
    {
        _status = """{"controllerPause":true}""";

        Assert.Equal("web-new-2-0-1", Plan(false, One("web-new-2-0", "Inconclusive")).Create!.Name);
    }

    [Theory]
    [InlineData("Running", "{}", "10/s-a/h-a 20/s-b/h-b")]
    [InlineData("Pending", "{}", "")]
    [InlineData("Successful", "{}", "")]
    [InlineData("Running", """{"terminate":true}""", "")]
    public void Weights_OfTheVersions_WhileRunning_EXS7_EXS9_TR26(string phase, string spec, string weights)
    {
        // TR-C-16
        _status = """{"canary":{"currentExperiment":"web-x"}}""";

        var plan = Plan(false, One("web-x", phase, spec, """
            {"templateStatuses":[
              {"name":"a","serviceName":"s-a","podTemplateHash":"h-a","availableReplicas":1},{"name":"b","serviceName":"s-b","podTemplateHash":"h-b","availableReplicas":1},
              {"name":"c","serviceName":"s-c","podTemplateHash":"h-c","availableReplicas":1}]}
            """));

        Assert.Equal(weights, Text(plan.Weights));
    }

    [Theory]
    [InlineData("""{"name":"a","availableReplicas":1}""")]
    [InlineData("""{"name":"a","serviceName":"s-a","podTemplateHash":"h-a"}""")]
    public void Weights_OfAVersionThatCannotAnswer_AreNone_EXS7(string template)
    {
        _status = """{"canary":{"currentExperiment":"web-x"}}""";

        Assert.Empty(Plan(false, One("web-x", "Running", status: $$"""{"templateStatuses":[{{template}}]}""")).Weights);
    }

    [Fact]
    public void Others_AreTerminatedOnce_TheCurrentIsNot_EXS8()
    {
        _status = """{"canary":{"currentExperiment":"web-x"}}""";
        ImmutableArray<Experiment> seen = [One("web-x", "Running"), One("left", "Pending"), One("ending", "Running", """{"terminate":true}"""), One("done", "Failed"), One("foreign", "Running", owner: "other")];

        Assert.Equal(["left"], Names(Plan(false, [.. seen]).Terminate));
        Assert.Equal(["web-x", "left"], Names(Plan(true, [.. seen]).Terminate));
        Assert.Equal("", Plan(true, [.. seen]).CurrentName);
        _steps = """[{"pause":{}}]""";
        Assert.Equal(["web-x", "left"], Names(Plan(false, [.. seen]).Terminate));
        _status = """{"pauseConditions":[{"reason":"InconclusiveAnalysisRun"}]}""";
        Assert.Empty(Plan(false, [.. seen]).Terminate);
    }

    [Fact]
    public void History_KeepsTheNewestOfEachKind_AndNoneOfAVersionThatIsGone_GC4()
    {
        _steps = """[{"pause":{}}]""";
        List<Experiment> seen = [.. Enumerable.Range(0, 7).Select(i => One($"good-{i}", "Successful")), .. Enumerable.Range(0, 7).Select(i => One($"bad-{i}", i % 2 == 0 ? "Failed" : "Inconclusive"))];
        seen.AddRange([One("gone", "Successful", hash: "older"), One("none", "Running", hash: ""), One("runs", "Running")]);

        Assert.Equal(["bad-0", "bad-1", "gone", "good-0", "good-1", "none"], Names(Plan(false, [.. seen]).Delete).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Step_ThatCannotBeBuilt_IsAProblem_EXS2()
    {
        _steps = """[{"experiment":{"templates":[{"name":"a","specRef":"blue"}]}}]""";

        Assert.Equal(("spec.strategy.canary.steps[0].experiment.templates[0].specRef", null), (Plan().Problem!.Path, Plan().Create));
    }

    [Fact]
    public void AtAStepThatAlsoSetsASize_OneIsCreated_EXS1_STEP10()
    {
        _steps = $"[{Step.Insert(1, "\"setCanaryScale\":{\"replicas\":2},")}]";

        Assert.Equal("web-new-2-0", Plan().Create!.Name);
    }

    private StepExperimentPlan Plan(bool ended = false, params ImmutableArray<Experiment> seen)
    {
        var rollout = Bascule.Api.Rollouts.Rollout.Read(JsonElement.Parse($$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"r-1","annotations":{"rollout.argoproj.io/revision":"2"} },
             "spec":{"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"new"}]} },"strategy":{"canary":{"steps":{{_steps}} } } },
             "status":{{_status}} }
            """));
        rollout = rollout with { Status = rollout.Status with { StableRS = _stable ? "old" : "" } };
        var at = Situation.Of(new() { Rollout = rollout, ReplicaSets = [Version("old"), Version("new")], Experiments = seen, Now = DateTimeOffset.UnixEpoch });
        return ended ? new StepExperiments(at).End() : at.StepExperiments;
    }

    private static ReplicaSetView Version(string hash) => ReplicaSetView.Read(JsonElement.Parse($$"""
        {"metadata":{"name":"web-{{hash}}","labels":{"app":"web","rollouts-pod-template-hash":"{{hash}}"},"ownerReferences":[{"uid":"r-1","controller":true}]},
         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"{{hash}}"}]} } } }
        """));

    private static Experiment One(string name, string phase, string spec = "{}", string status = "{}", string owner = "r-1", string hash = "new")
    {
        var experiment = Experiment.Read(JsonElement.Parse($$"""
            {"metadata":{"name":"{{name}}","labels":{"rollouts-pod-template-hash":"{{hash}}"},"ownerReferences":[{"uid":"{{owner}}","controller":true}]},"spec":{{spec}},"status":{{status}} }
            """));
        return experiment with { Status = experiment.Status with { Phase = Api.Analysis.AnalysisPhases.Parse(phase) } };
    }

    private static IEnumerable<string> Names(ImmutableArray<Experiment> experiments) => experiments.Select(e => e.Name);

    private static string Text(ImmutableArray<WeightDestination> weights) => string.Join(' ', weights.Select(w => $"{w.Weight}/{w.ServiceName}/{w.PodTemplateHash}"));
}
