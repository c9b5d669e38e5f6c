using Bascule.Api.Analysis;
using Bascule.Engine.Experiments.Effects;
using static Bascule.Engine.Tests.Experiments.TestExperiment;

namespace Bascule.Engine.Tests.Experiments;

/// <summary>The analyses of an Experiment (EX-14 to EX-20, ARG-10).</summary>
public sealed class ExperimentAnalysisTests
{
    private const string One = """ "analyses":[{"name":"x","templateName":"t"}],""";

    [Theory]
    [InlineData(false, "AnalysisTemplate verification failed for analysis 'x': analysistemplate.argoproj.io \"t\" not found")]
    [InlineData(true, "ClusterAnalysisTemplate verification failed for analysis 'x': clusteranalysistemplate.argoproj.io \"t\" not found")]
    public void Template_Missing_IsAnError_EX14_E2E130(bool cluster, string message)
    {
        var world = Of($$"""  "analyses":[{"name":"x","templateName":"t","clusterScope":{{(cluster ? "true" : "false")}}}],""", "a");

        world.Settle();

        Assert.Equal(("Error", message), (world.Phase, world.Status.Message));
        Assert.Empty(world.Runs);
        Assert.Equal("", world.Status.Run("x")!.AnalysisRun);
    }

    [Fact]
    public void Template_NotYetInTheCache_IsReadBeforeItCountsAsMissing_EX14()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        world.Unseen.Add("t");

        Assert.Equal([new LookPastCache(new(Bascule.Engine.Experiments.LookUpKind.AnalysisTemplate, "t"))], world.Decide().Effects);
        world.Settle();

        Assert.Equal("Running", world.Phase);
    }

    [Fact]
    public void Run_StartsOnceAllVersionsAreAvailable_EX14_NAME14()
    {
        var world = Of(One + """ "analysisRunMetadata":{"labels":{"l":"1"},"annotations":{"n":"2"}},"dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"m","limit":2}],""", "a");
        world.Edit(_ => world.Root["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { [Api.Labels.InstanceId] = "i", ["other"] = "o" });
        world.AddTemplate("t");
        world.Reconcile();
        Assert.Empty(world.Runs);

        world.Settle();

        var run = world.Runs["ex-x"];
        Assert.Equal("""{"argo-rollouts.argoproj.io/controller-instance-id":"i","l":"1"}""", run["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal("""{"n":"2"}""", run["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal("""{"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment","name":"ex","uid":"e-1","controller":true,"blockOwnerDeletion":true}""", run["metadata"]!["ownerReferences"]![0]!.ToJsonString());
        Assert.Equal("""{"metrics":[{"name":"m","interval":"5s","provider":{"p":{}}}],"dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"m","limit":2}]}""", run["spec"]!.ToJsonString());
        Assert.Equal(("ex-x", AnalysisPhase.Pending), (world.Status.Run("x")!.AnalysisRun, world.Status.Run("x")!.Phase));
    }

    [Fact]
    public void Run_FromNestedAndClusterTemplates_IsMerged_EX14_AT10()
    {
        var world = Of(""" "analyses":[{"name":"x","templateName":"t","clusterScope":true}],""", "a");
        world.AddTemplate("t", """{"templates":[{"templateName":"inner"}],"metrics":[{"name":"m","provider":{"p":{}}}]}""", cluster: true);
        world.AddTemplate("inner", """{"metrics":[{"name":"i","provider":{"p":{}}}]}""");

        world.Settle();

        Assert.Equal(["i", "m"], world.Runs["ex-x"]["spec"]!["metrics"]!.AsArray().Select(m => m!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("""{"args":[{"name":"n"}],"metrics":[]}""", "", "args.n was not resolved")]
    [InlineData("""{"templates":[{"templateName":"none"}]}""", "", "AnalysisTemplate 'none' not found")]
    [InlineData("""{"args":[{"name":"n"}],"metrics":[]}""", "{{templates.none.podTemplateHash}}", "failed to resolve {{templates.none.podTemplateHash}}")]
    public void Run_ThatCannotBeMade_IsAnError_EX14_ARG8(string template, string value, string cause)
    {
        var world = Of($$""" "analyses":[{"name":"x","templateName":"t","args":[{{(value.Length == 0 ? "" : $$"""{"name":"n","value":"{{value}}"}""")}}]}],""", "a");
        world.AddTemplate("t", template);

        world.Settle();

        Assert.Equal("Error", world.Phase);
        Assert.StartsWith($"Failed to create AnalysisRun for analysis 'x': {cause}", world.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Refused_IsAnError_EX14()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        AboutToStart(world);

        ExperimentTemplateTests.Refuse<StartExperimentRun>(world, _ => true, "no");
        world.Settle();

        Assert.Equal(("Error", "Failed to create AnalysisRun for analysis 'x': no"), (world.Phase, world.Status.Message));
    }

    [Fact]
    public void Args_AreLiteral_WithTheVersionsHashesAndTimes_ARG10()
    {
        string[] values = ["{{templates.a.podTemplateHash}}", "{{ templates.a.replicaset.name }}", "{{experiment.availableAt}}", "{{experiment.finishedAt}}", "plain"];
        var args = string.Join(',', values.Select((v, i) => $$"""{"name":"p{{i}}","value":"{{v}}"}"""));
        var world = Of($$""" "duration":"90s","analyses":[{"name":"x","templateName":"t","args":[{{args}},{"name":"from","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"} } }]}],""", "a");
        world.AddTemplate("t", """{"args":[{"name":"p0"},{"name":"p1"},{"name":"p2"},{"name":"p3"},{"name":"p4"},{"name":"from","value":"kept"}],"metrics":[]}""");

        world.Settle();

        Assert.Equal(
            [world.ReplicaSet("ex-a").Hash, "ex-a", "2026-07-01T12:00:00Z", "2026-07-01T12:01:30Z", "plain", "kept"],
            world.Runs["ex-x"]["spec"]!["args"]!.AsArray().Select(a => a!["value"]!.GetValue<string>()));
    }

    [Fact]
    public void Run_NameTaken_GetsANumber_OrIsTakenUpAgain_EX14_NAME10()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        AboutToStart(world);
        world.Put(world.Runs, "ex-x", "other");
        world.Put(world.Runs, "ex-x.1", "e-1", spec: """{"metrics":[{"name":"m","interval":"5s","provider":{"p":{}}}]}""");

        world.Settle();

        Assert.Equal("ex-x.1", world.Status.Run("x")!.AnalysisRun);
        Assert.Equal(2, world.Runs.Count);
    }

    [Theory]
    [InlineData("Running", "", "Running", "Running", "")]
    [InlineData("Successful", "", "Successful", "Running", "")]
    [InlineData("Failed", "bad", "Failed", "Failed", "bad")]
    [InlineData("Error", "bad", "Error", "Error", "bad")]
    [InlineData("Inconclusive", "bad", "Inconclusive", "Inconclusive", "bad")]
    public void Run_IsMirrored_AndABadOneEndsTheExperiment_EX14_EX17_E2E130(string phase, string message, string mirrored, string experiment, string why)
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        world.Settle();
        world.EndRun("ex-x", phase, message);

        world.Settle();

        Assert.Equal((mirrored, message), (world.Status.Run("x")!.Phase.Text(), world.Status.Run("x")!.Message));
        Assert.Equal((experiment, why), (world.Phase, world.Status.Message));
    }

    [Fact]
    public void Run_NotYetInTheCache_IsReadBeforeItCountsAsLost_EX14()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        world.Settle();
        world.EndRun("ex-x", "Successful");
        world.Unseen.Add("ex-x");

        world.Settle();

        Assert.Equal(AnalysisPhase.Successful, world.Status.Run("x")!.Phase);
    }

    [Fact]
    public void Run_Deleted_IsAnError_EX14()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        world.Settle();
        world.Runs.Clear();

        world.Settle();

        Assert.Equal(("Error", "analysisruns.argoproj.io \"ex-x\" not found"), (world.Phase, world.Status.Message));
    }

    /// <summary>Each row: the phases of two analyses (the first required or not) and what becomes of the Experiment at the moment and after its duration.</summary>
    [Theory]
    [InlineData(false, "Running", "Running", "Running", "Successful")] // EX-18
    [InlineData(false, "Successful", "Successful", "Running", "Successful")]
    [InlineData(false, "Successful", "Running", "Running", "Successful")]
    [InlineData(false, "Failed", "Error", "Failed", "Failed")]
    [InlineData(false, "Running", "Inconclusive", "Inconclusive", "Inconclusive")]
    [InlineData(true, "Running", "Running", "Running", "Running")] // EX-19
    [InlineData(true, "Running", "Successful", "Running", "Running")]
    [InlineData(true, "Successful", "Successful", "Successful", "Successful")]
    [InlineData(true, "Successful", "Running", "Successful", "Successful")]
    [InlineData(true, "Successful", "Pending", "Successful", "Successful")]
    [InlineData(true, "Successful", "Failed", "Failed", "Failed")]
    [InlineData(true, "Error", "Running", "Error", "Error")]
    public void Phase_FromVersionsAndRuns_EX16_EX17_EX18_EX19(bool required, string first, string second, string now, string afterDuration)
    {
        var world = Two(required);
        world.Settle();
        world.EndRun("ex-x", first);
        world.EndRun("ex-y", second);

        var decision = world.Settle();
        Assert.Equal(now, world.Phase);
        if (now == "Successful")
            Assert.Equal("Required AnalysisRuns completed", world.Status.Message);
        if (now == "Running")
            world.SettleAfter(decision);
        Assert.Equal(afterDuration, world.Phase);
    }

    [Fact]
    public void Duration_OverWithARequiredRunUnderWay_WaitsForIt_WithoutPods_EX19()
    {
        var world = Two(required: true);
        var waiting = world.SettleAfter(world.SettleAfter(world.Settle()));

        Assert.Equal(("Running", 0, null), (world.Phase, world.ReplicaSet("ex-a").Wanted, waiting.LookAgainAfter));
        Assert.Contains(waiting.Reasons, r => r.WaitsFor == "AnalysisRun/ex-x");
        world.EndRun("ex-x", "Successful");
        world.Settle();

        Assert.Equal("Successful", world.Phase);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("template")]
    [InlineData("run")]
    [InlineData("required")]
    [InlineData("finished")]
    public void Terminating_TakesEverythingDown_EX20_EV53(string cause)
    {
        var world = Two(required: true);
        world.Edit(spec => spec["progressDeadlineSeconds"] = 3600);
        world.Settle();
        switch (cause)
        {
            case "terminate":
                world.Edit(spec => spec["terminate"] = true);
                break;
            case "template":
                world.SetStatus(world.Root["status"]!.ToJsonString().Replace("\"status\":\"Running\"", "\"status\":\"Failed\"", StringComparison.Ordinal));
                break;
            case "run":
                world.EndRun("ex-x", "Inconclusive");
                break;
            case "required":
                world.EndRun("ex-x", "Successful");
                break;
            default:
                world.SetStatus(world.Root["status"]!.ToJsonString().Replace("\"phase\":\"Running\"", "\"phase\":\"Failed\"", StringComparison.Ordinal));
                break;
        }

        world.SettleAfter(world.Settle());

        Assert.Equal(0, world.ReplicaSet("ex-a").Wanted);
        Assert.True(world.Runs["ex-y"]["spec"]!["terminate"]?.GetValue<bool>());
        Assert.Single(world.Events, e => e == "Normal AnalysisRunTerminating: Terminating y (ex-y)");
    }

    [Fact]
    public void Terminating_StartsNoRun_EX14_EX20()
    {
        var world = Of(One, "a");
        world.AddTemplate("t");
        world.Reconcile();
        world.Edit(spec => spec["terminate"] = true);

        world.Settle();

        Assert.Empty(world.Runs);
        Assert.Equal("Successful", world.Phase);
    }

    [Fact]
    public void Terminated_WithARequiredRunUnderWay_EndsWithIt_EX20()
    {
        var world = Two(required: true);
        world.Settle();
        world.Edit(spec => spec["terminate"] = true);
        var waiting = world.Settle();
        Assert.Equal(("Running", "was asked to end, which it does with its required analyses"), (world.Phase, waiting.Reasons[0].Message));
        Assert.Contains(waiting.Reasons, r => r.WaitsFor == "AnalysisRun/ex-x");

        world.EndRun("ex-x", "Inconclusive", "Run Terminated");
        world.Settle();

        Assert.Equal(("Inconclusive", "Run Terminated"), (world.Phase, world.Status.Message));
    }

    [Fact]
    public void Finished_RunsThatWereCutOff_AreNoNews_EX20()
    {
        var world = Two(required: false);
        world.Settle();
        world.EndRun("ex-x", "Failed");
        world.Settle();
        world.Events.Clear();

        world.EndRun("ex-y", "Inconclusive");
        world.Settle();

        Assert.Equal(AnalysisPhase.Pending, world.Status.Run("y")!.Phase);
        Assert.Empty(world.Events);
    }

    [Fact]
    public void Analysis_TakenOutOfTheSpec_IsEnded()
    {
        var world = Two(required: false);
        world.Settle();
        world.Edit(spec => spec["analyses"]!.AsArray().RemoveAt(1));

        world.Settle();

        Assert.True(world.Runs["ex-y"]["spec"]!["terminate"]!.GetValue<bool>());
        Assert.Equal(["x"], world.Status.Runs.Select(r => r.Name));
    }

    /// <summary>All versions are available, and the next pass starts the analyses.</summary>
    private static void AboutToStart(TestExperiment world)
    {
        world.Reconcile();
        world.MakePods();
        while (!world.Decide().Effects.OfType<StartExperimentRun>().Any())
            world.Pass();
    }

    private static TestExperiment Two(bool required)
    {
        var world = Of($$""" "duration":"1m","analyses":[{"name":"x","templateName":"t","requiredForCompletion":{{(required ? "true" : "false")}}},{"name":"y","templateName":"t"}],""", "a");
        world.AddTemplate("t");
        return world;
    }
}
