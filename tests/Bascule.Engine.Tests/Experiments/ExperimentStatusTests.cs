using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Experiments.Effects;
using static Bascule.Engine.Tests.Experiments.TestExperiment;

namespace Bascule.Engine.Tests.Experiments;

/// <summary>Phase, conditions and events of an Experiment (EX-2, EX-3, EX-17, EX-22, EX-23, EV-50 to EV-53).</summary>
public sealed class ExperimentStatusTests
{
    [Fact]
    public void Phase_OfANewOne_IsPending_EX17_EX2()
    {
        var world = Of("", "a");

        world.Pass();

        Assert.Equal(
            """
            {"phase":"Pending","conditions":[{"type":"Progressing","status":"True","lastUpdateTime":"2026-07-01T12:00:00Z","lastTransitionTime":"2026-07-01T12:00:00Z","reason":"ReplicaSetUpdated","message":"Experiment \u0022ex\u0022 is progressing."}],"templateStatuses":[{"name":"a","replicas":0,"updatedReplicas":0,"readyReplicas":0,"availableReplicas":0,"status":"Progressing","lastTransitionTime":"2026-07-01T12:00:00Z"}]}
            """,
            world.Root["status"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"Rolling\"")]
    [InlineData("7")]
    public void Phase_ThatNobodyKnows_IsRepaired_EX17(string phase)
    {
        var world = Of("\"duration\":\"1m\",", "a");
        world.SetStatus($$"""{"phase":{{phase}},"availableAt":true,"templateStatuses":[{"name":"a","status":"Odd"},{"name":"a","collisionCount":1},{"name":"b","status":"Failed"}],"analysisRuns":[{"name":"gone","phase":"Failed"}]}""");

        world.SettleAfter(world.Settle());

        Assert.Equal(("Successful", 1, 0), (world.Phase, world.Status.Templates.Length, world.Status.Runs.Length));
    }

    [Fact]
    public void Conditions_FollowItsLife_EX22()
    {
        var world = Of("\"duration\":\"1m\",", "a");
        world.Pass();
        Assert.Equal(("True", "ReplicaSetUpdated", "Experiment \"ex\" is progressing."), Progressing(world));
        world.Now += TimeSpan.FromSeconds(5);
        var running = world.Settle();
        Assert.Equal(("True", "NewReplicaSetAvailable", "Experiment \"ex\" is running."), Progressing(world));
        Assert.Equal((Epoch, Epoch.AddSeconds(5)), (Condition(world).LastTransitionTime, Condition(world).LastUpdateTime));

        world.SettleAfter(running);

        Assert.Equal(("False", "ExperimentCompleted", "Experiment \"ex\" has successfully ran and completed."), Progressing(world));
    }

    [Fact]
    public void Conditions_OfAFailedOne_DoNotSayCompleted_EX22()
    {
        var world = Of("\"progressDeadlineSeconds\":5,", "a");
        world.Broken.Add("ex-a");

        world.SettleAfter(world.SettleAfter(world.Settle()));

        Assert.Equal(("Failed", ("True", "ReplicaSetUpdated", "Experiment \"ex\" is progressing.")), (world.Phase, Progressing(world)));
    }

    [Fact]
    public void Spec_Invalid_IsACondition_AndNothingElseHappens_EX3_E2E130()
    {
        var world = Of("", "a", "a");

        var decision = world.Reconcile();

        Assert.Equal(["status"], world.Writes);
        Assert.Equal("", world.Phase);
        var condition = world.Status.Condition(ConditionTypes.InvalidSpec)!;
        Assert.Equal(("True", "InvalidSpec"), (condition.Status, condition.Reason));
        Assert.Equal("The Experiment \"ex\" is invalid: spec.templates[1].name: Duplicate value: \"a\": each template needs a name of its own", condition.Message);
        Assert.Equal("correct spec.templates[1].name", decision.Reasons.Single().Unblock);
    }

    [Fact]
    public void Spec_TurnedInvalidMidFlight_FreezesIt_AndGoesOnWhenMended_EX3()
    {
        var world = Of("", "a", "b");
        world.Settle();
        world.Edit(spec => spec["templates"]![1]!["name"] = "");
        world.Settle();
        Assert.Equal(("Running", 2), (world.Phase, world.Status.Templates.Length));
        world.Edit(spec => spec["templates"]![1]!["selector"] = null);
        world.Settle();
        Assert.Contains("selector", world.Status.Condition(ConditionTypes.InvalidSpec)!.Message, StringComparison.Ordinal);

        world.Edit(spec =>
        {
            spec["templates"]![1]!["name"] = "b";
            spec["templates"]![1]!["selector"] = new System.Text.Json.Nodes.JsonObject { ["matchLabels"] = new System.Text.Json.Nodes.JsonObject { ["app"] = "b" } };
        });
        world.Settle();

        Assert.Equal("Running", world.Phase);
        Assert.Null(world.Status.Condition(ConditionTypes.InvalidSpec));
    }

    [Fact]
    public void Deleted_IsLeftAlone()
    {
        var world = new TestExperiment("""{"templates":[]}""", """{"deletionTimestamp":"2026-07-01T11:00:00Z"}""");

        Assert.Empty(world.Decide().Effects);
    }

    [Fact]
    public void Events_TellOfEveryTransition_EV50_EV51_EV53()
    {
        var world = Of("\"duration\":\"1m\",\"scaleDownDelaySeconds\":0,", "a");

        world.SettleAfter(world.Settle());

        Assert.Equal(
            [
                "Normal TemplateProgressing: Template 'a' transitioned from  -> Progressing",
                "Normal ExperimentPending: Experiment transitioned from  -> Pending",
                "Normal ScalingReplicaSet: Scaled up ReplicaSet ex-a from 0 to 1",
                "Normal TemplateRunning: Template 'a' transitioned from Progressing -> Running",
                "Normal ExperimentRunning: Experiment transitioned from Pending -> Running",
                "Normal TemplateSuccessful: Template 'a' transitioned from Running -> Successful",
                "Normal ExperimentSuccessful: Experiment transitioned from Running -> Successful",
                "Normal ScalingReplicaSet: Scaled down ReplicaSet ex-a from 1 to 0",
            ],
            world.Events);
    }

    [Fact]
    public void Events_OfAFailure_AreWarnings_EV50_EV51()
    {
        var world = Of("\"progressDeadlineSeconds\":5,", "a");
        world.Broken.Add("ex-a");

        world.SettleAfter(world.Settle());

        Assert.Contains("Warning TemplateFailed: Template 'a' transitioned from Progressing -> Failed: Template 'a' exceeded its progressDeadlineSeconds (5)", world.Events);
        Assert.Contains("Warning ExperimentFailed: Experiment transitioned from Pending -> Failed", world.Events);
    }

    [Theory]
    [InlineData("Successful", "Normal")]
    [InlineData("Failed", "Warning")]
    [InlineData("Error", "Warning")]
    [InlineData("Inconclusive", "Warning")]
    public void Events_OfRuns_AreRepeatedOnTheRollout_WithTheSameSeverity_EV52(string phase, string severity)
    {
        var world = new TestExperiment(
            $$"""{"templates":[{{Template("a")}}],"analyses":[{"name":"x","templateName":"t"}]}""",
            """{"ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"web","uid":"r-1","controller":true}]}""");
        world.AddTemplate("t");
        world.Settle();
        Assert.Contains("Normal AnalysisRunPending web: AnalysisRun 'x' transitioned from  -> Pending", world.Events);
        world.EndRun("ex-x", phase, "why");

        world.Settle();

        Assert.Contains($"{severity} AnalysisRun{phase}: AnalysisRun 'x' transitioned from Pending -> {phase}: why", world.Events);
        Assert.Contains($"{severity} AnalysisRun{phase} web: AnalysisRun 'x' transitioned from Pending -> {phase}: why", world.Events);
    }

    [Fact]
    public void LookAgain_AtTheEarliestOfDurationAndDeadlines_AndNotWhileTerminating_EX23()
    {
        var world = Of("\"duration\":\"10m\",\"progressDeadlineSeconds\":60,", "a", "b");
        Assert.Equal(TimeSpan.FromMinutes(10), world.Settle().LookAgainAfter);
        world.Now += TimeSpan.FromMinutes(1);
        world.Broken.Add("ex-b");
        Assert.Equal(TimeSpan.FromMinutes(1), world.Settle().LookAgainAfter);

        world.Edit(spec => (spec["terminate"], spec["scaleDownDelaySeconds"]) = (true, 0));

        Assert.Null(world.Settle().LookAgainAfter);
    }

    [Fact]
    public void Patch_NamesOnlyWhatChangedAndTheVersionSeen_RT20()
    {
        var world = Of("\"duration\":\"1m\",", "a");
        var running = world.Settle();
        world.Root["status"]!["future"] = "kept";
        world.Now += running.LookAgainAfter!.Value;

        var patch = world.Pass().Effects.OfType<PatchExperimentStatus>().Single().Patch;
        world.Settle();

        Assert.Equal(["phase", "conditions", "templateStatuses"], patch.GetProperty("status").EnumerateObject().Select(p => p.Name));
        Assert.NotEmpty(patch.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);
        Assert.Equal("kept", world.Root["status"]!["future"]!.GetValue<string>());
    }

    private static RolloutCondition Condition(TestExperiment world) => world.Status.Condition(ConditionTypes.Progressing)!;

    private static (string Status, string Reason, string Message) Progressing(TestExperiment world) =>
        (Condition(world).Status, Condition(world).Reason, Condition(world).Message);
}
