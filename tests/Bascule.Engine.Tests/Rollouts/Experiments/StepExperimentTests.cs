using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Analysis;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Experiments;
using Bascule.Engine.Tests.Experiments;

namespace Bascule.Engine.Tests.Rollouts.Experiments;

/// <summary>The Experiment that a canary step makes (EXS-2 to EXS-4, NAME-12, NAME-13).</summary>
public sealed class StepExperimentTests
{
    private static readonly Rollout Web = Rollout.Read(JsonElement.Parse("""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout",
         "metadata":{"name":"web","namespace":"shop","uid":"r-1","labels":{"app":"web","argo-rollouts.argoproj.io/controller-instance-id":"i"},"annotations":{"rollout.argoproj.io/revision":"2","n":"1"}},
         "spec":{"replicas":5,"progressDeadlineSeconds":90}}
        """));

    private static readonly ReplicaSetView New = Version("new", "\"minReadySeconds\":7,");
    private static readonly ReplicaSetView Stable = Version("old", "");

    [Fact]
    public void Templates_AreThoseOfTheVersions_EXS2()
    {
        var spec = Build("""{"templates":[{"name":"canary","specRef":"canary","replicas":2},{"name":"baseline","specRef":"stable"}]}""");

        Assert.Equal(
            """
            {"progressDeadlineSeconds":90,"templates":[{"name":"canary","replicas":2,"minReadySeconds":7,"selector":{"matchLabels":{"app":"web","rollouts-pod-template-hash":"new"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"x","operator":"Exists"}]},"template":{"metadata":{"labels":{"app":"web","rollouts-pod-template-hash":"new"},"annotations":{"kept":"1"}},"spec":{"containers":[{"name":"c","image":"new","future":{}}]}}},{"name":"baseline","selector":{"matchLabels":{"app":"web","rollouts-pod-template-hash":"old"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"x","operator":"Exists"}]},"template":{"metadata":{"labels":{"app":"web","rollouts-pod-template-hash":"old"},"annotations":{"kept":"1"}},"spec":{"containers":[{"name":"c","image":"old","future":{}}]}}}]}
            """,
            spec.ToJsonString());
    }

    [Fact]
    public void Metadata_GoesIntoTemplateAndSelector_AnOwnSelectorReplacesTheVersions_EXS2()
    {
        var spec = Build("""
            {"templates":[
              {"name":"a","specRef":"canary","metadata":{"labels":{"app":"exp","l":"1"},"annotations":{"n":"2"}}},
              {"name":"b","specRef":"canary","selector":{"matchExpressions":[{"key":"k","operator":"Exists"}]},"metadata":{"labels":{"l":"1"}}},
              {"name":"c","specRef":"canary","selector":{"matchLabels":{"app":"own"}}}]}
            """);

        Assert.Equal("""{"app":"exp","rollouts-pod-template-hash":"new","l":"1"}""", spec["templates"]![0]!["selector"]!["matchLabels"]!.ToJsonString());
        Assert.Equal("""{"labels":{"app":"exp","rollouts-pod-template-hash":"new","l":"1"},"annotations":{"kept":"1","n":"2"}}""", spec["templates"]![0]!["template"]!["metadata"]!.ToJsonString());
        Assert.Equal("""{"matchExpressions":[{"key":"k","operator":"Exists"}],"matchLabels":{"l":"1"}}""", spec["templates"]![1]!["selector"]!.ToJsonString());
        Assert.Equal("""{"matchLabels":{"app":"own"}}""", spec["templates"]![2]!["selector"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Canary")]
    [InlineData("")]
    public void SpecRef_OfNeither_IsAnError_EXS2(string specRef) => Assert.Equal(
        new AnalysisReferenceError("spec.strategy.canary.steps[3].experiment.templates[1].specRef", specRef, "must be canary or stable"),
        Spec($$"""{"templates":[{"name":"a","specRef":"stable"},{"name":"b","specRef":"{{specRef}}"}]}""").Error);

    [Theory]
    [InlineData("", null)]
    [InlineData(""","weight":5""", "{}")]
    [InlineData(""","service":{}""", "{}")]
    [InlineData(""","service":{"name":"s"}""", """{"name":"s"}""")]
    [InlineData(""","weight":5,"service":{"name":"s"}""", """{"name":"s"}""")]
    public void Service_ForAWeightOrOnRequest_EXS3(string more, string? service)
    {
        var spec = Build($$"""{"templates":[{"name":"a","specRef":"canary"{{more}}}]}""");

        Assert.Equal(service, spec["templates"]![0]!["service"]?.ToJsonString());
    }

    [Fact]
    public void Rest_ComesFromTheStep_TheDeadlineFromTheRollout_EXS4()
    {
        var spec = Build("""
            {"templates":[],"duration":"1h","scaleDownDelaySeconds":0,"dryRun":[{"metricName":"m"}],"analysisRunMetadata":{"labels":{"l":"1"}},
             "analyses":[
               {"name":"x","templateName":"t","clusterScope":true,"requiredForCompletion":true,"args":[
                 {"name":"latest","valueFrom":{"podTemplateHashValue":"Latest"}},{"name":"stable","valueFrom":{"podTemplateHashValue":"Stable"}},
                 {"name":"field","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}},{"name":"number","valueFrom":{"fieldRef":{"fieldPath":"spec.replicas"}}},
                 {"name":"own","value":"{{templates.a.podTemplateHash}}"},{"name":"none"}]},
               {"name":"y","templateName":"u"}]}
            """);

        Assert.Equal(
            """
            {"duration":"1h","progressDeadlineSeconds":90,"scaleDownDelaySeconds":0,"dryRun":[{"metricName":"m"}],"analysisRunMetadata":{"labels":{"l":"1"},"annotations":{}},"templates":[],"analyses":[{"name":"x","templateName":"t","clusterScope":true,"args":[{"name":"latest","value":"new"},{"name":"stable","value":"old"},{"name":"field","value":"web"},{"name":"number","value":"5"},{"name":"own","value":"{{templates.a.podTemplateHash}}"},{"name":"none","value":""}],"requiredForCompletion":true},{"name":"y","templateName":"u"}]}
            """,
            spec.ToJsonString());
    }

    [Fact]
    public void Arg_ThatCannotBeResolved_IsAnError_EXS4() => Assert.Equal(
        new AnalysisReferenceError("spec.strategy.canary.steps[3].experiment.analyses[0].args", "x", "invalid path spec.nope in rollout"),
        Spec("""{"templates":[],"analyses":[{"name":"x","templateName":"t","args":[{"name":"a","valueFrom":{"fieldRef":{"fieldPath":"spec.nope"}}}]}]}""").Error);

    [Fact]
    public void Object_CarriesTheRolloutsLabelsAndRevision_NAME12_NAME13()
    {
        var spec = Patches.Element(Build("""{"templates":[]}"""));

        var claim = StepExperimentClaim.For(Web, "new", 3, [], spec);

        Assert.Equal(("web-new-2-3", null), (claim.Name, claim.Existing));
        Assert.Equal(
            """
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment","metadata":{"name":"web-new-2-3","namespace":"shop","labels":{"app":"web","argo-rollouts.argoproj.io/controller-instance-id":"i","rollouts-pod-template-hash":"new"},"annotations":{"rollout.argoproj.io/revision":"2"},"ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"web","uid":"r-1","controller":true,"blockOwnerDeletion":true}]},"spec":{"progressDeadlineSeconds":90,"templates":[]}}
            """,
            claim.Body(Web, "new", spec).GetRawText());
    }

    [Theory]
    [InlineData("r-1", "Running", """{"templates":[{"name":"a"}]}""", true)]
    [InlineData("r-1", "", """{"templates":[{"name":"a","replicas":null}],"analysisRunMetadata":{},"terminate":false}""", true)]
    [InlineData("r-1", "Running", """{"templates":[{"name":"a"}],"terminate":true}""", false)]
    [InlineData("r-1", "Successful", """{"templates":[{"name":"a"}]}""", false)]
    [InlineData("r-1", "Inconclusive", """{"templates":[{"name":"a"}]}""", false)]
    [InlineData("r-2", "Running", """{"templates":[{"name":"a"}]}""", false)]
    [InlineData("r-1", "Running", """{"templates":[{"name":"b"}]}""", false)]
    [InlineData("r-1", "Running", """{"templates":[{"name":"a"}],"duration":"1m"}""", false)]
    public void Name_Taken_IsTakenUpAgain_OrGetsANumber_NAME12(string owner, string phase, string spec, bool takenUp)
    {
        ImmutableArray<Experiment> seen = [Existing("web-new-2-3", owner, phase, spec), Existing("web-new-2-3-1", "other", "", "{}")];

        var claim = StepExperimentClaim.For(Web, "new", 3, seen, JsonElement.Parse("""{"templates":[{"name":"a"}]}"""));

        Assert.Equal(takenUp ? "web-new-2-3" : "web-new-2-3-2", claim.Name);
        Assert.Equal(takenUp, claim.Existing is not null);
    }

    [Theory]
    [InlineData("""{"terminate":true,"duration":"1m"}""", """{"duration":"1m"}""", true)]
    [InlineData("""{"terminate":true}""", """{"terminate":false}""", true)]
    [InlineData("""{"templates":[{"template":{"metadata":{"creationTimestamp":null}}}],"analyses":[]}""", """{"templates":[{}]}""", true)]
    [InlineData("""{"templates":[{},{}]}""", """{"templates":[{}]}""", false)]
    [InlineData("""{"duration":"1m"}""", """{"duration":"2m"}""", false)]
    public void SameSpec_LeavesOutTerminateAndEmpties_NAME12(string one, string other, bool same) =>
        Assert.Equal(same, StepExperimentClaim.SameSpec(JsonElement.Parse(one), JsonElement.Parse(other)));

    [Fact]
    public void Experiment_OfAStep_PassesTheHashesOfBothItsAndTheRolloutsVersions_E2E70()
    {
        var spec = Build("""
            {"templates":[{"name":"baseline","specRef":"stable"},{"name":"canary","specRef":"canary"}],
             "analyses":[{"name":"echo","templateName":"echo","requiredForCompletion":true,"args":[
               {"name":"stable-hash","valueFrom":{"podTemplateHashValue":"Stable"}},{"name":"latest-hash","valueFrom":{"podTemplateHashValue":"Latest"}},
               {"name":"baseline-hash","value":"{{templates.baseline.podTemplateHash}}"},{"name":"canary-hash","value":"{{templates.canary.podTemplateHash}}"}]}]}
            """);
        var world = new TestExperiment(spec.ToJsonString());
        world.AddTemplate("echo", """{"args":[{"name":"latest-hash"},{"name":"stable-hash"},{"name":"baseline-hash"},{"name":"canary-hash"}],"metrics":[{"name":"m","provider":{"p":{}}}]}""");
        world.Settle();
        var (baseline, canary) = (world.ReplicaSet("ex-baseline").Hash, world.ReplicaSet("ex-canary").Hash);

        Assert.Equal(["new", "old", baseline, canary], world.Runs["ex-echo"]["spec"]!["args"]!.AsArray().Select(a => a!["value"]!.GetValue<string>()));
        Assert.Equal(4, new HashSet<string> { "new", "old", baseline, canary }.Count);
        world.EndRun("ex-echo", "Successful");
        world.SettleAfter(world.Settle());

        Assert.Equal("Successful", world.Phase);
        Assert.All(world.ReplicaSets.Keys, name => Assert.Equal(0, world.ReplicaSet(name).Wanted));
    }

    private static JsonObject Build(string step) => Spec(step).Value;

    private static Outcome<JsonObject> Spec(string step) =>
        new StepExperimentSpec(Web, 3, New, Stable).Build(StepExperiment.Parse(JsonElement.Parse(step), "step"));

    private static ReplicaSetView Version(string hash, string more) => ReplicaSetView.Read(JsonElement.Parse($$"""
        {"metadata":{"name":"web-{{hash}}","labels":{"app":"web","rollouts-pod-template-hash":"{{hash}}"} },
         "spec":{ {{more}}"replicas":5,
           "selector":{"matchLabels":{"app":"web","rollouts-pod-template-hash":"{{hash}}"},"matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},{"key":"x","operator":"Exists"}]},
           "template":{"metadata":{"labels":{"app":"web","rollouts-pod-template-hash":"{{hash}}"},"annotations":{"kept":"1"} },"spec":{"containers":[{"name":"c","image":"{{hash}}","future":{} }]} } } }
        """));

    private static Experiment Existing(string name, string owner, string phase, string spec) => Experiment.Read(JsonElement.Parse($$"""
        {"metadata":{"name":"{{name}}","ownerReferences":[{"kind":"Rollout","name":"web","uid":"{{owner}}","controller":true}]},"spec":{{spec}},"status":{"phase":"{{phase}}"} }
        """));
}
