using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Tests.Analysis;

/// <summary>Templates merged into runs: AT-10..17, ARG-1..4.</summary>
public sealed class AnalysisRunSpecsTests
{
    private const string Path = "spec.strategy.canary.analysis.templates";

    private static readonly JsonElement Rollout = JsonElement.Parse("""
        {"metadata":{"name":"web","namespace":"shop","uid":"u-1","labels":{"app":"web","a.b/c":"x"},"annotations":{"note":"say \"hi\""}},
         "spec":{"replicas":5,"big":1000000,"small":123456,"half":0.5,"paused":false,"strategy":{"canary":{"steps":[{"setWeight":20}]}}},"status":{"none":null}}
        """);

    [Fact]
    public void Spec_OfNestedTemplates_FollowsTheOrder_AT10()
    {
        var spec = Build(
            """{"templates":[{"templateName":"c","clusterScope":true},{"templateName":"a"},{"templateName":"b"}]}""",
            Template("a", "ma", templates: """{"templateName":"a1"},{"templateName":"c","clusterScope":true}"""),
            Template("a1", "ma1"),
            Template("b", "mb", templates: """{"templateName":"a1"}"""),
            Template("c", "mc", cluster: true, templates: """{"templateName":"c1","clusterScope":true},{"templateName":"n"}"""),
            Template("c1", "mc1", cluster: true),
            Template("n", "mn")).Value;

        Assert.Equal(["mn", "ma", "ma1", "mb", "mc", "mc1"], spec["metrics"]!.AsArray().Select(m => m!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void Spec_KeepsWhatThisVersionDoesNotKnow()
    {
        var spec = Build("""{"templates":[{"templateName":"a"}]}""", """{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"metrics":[{"name":"m","fancy":{"x":1},"provider":{"p":{}}}]}}""").Value;

        Assert.Equal("""{"metrics":[{"name":"m","fancy":{"x":1},"provider":{"p":{}}}]}""", spec.ToJsonString());
    }

    [Theory]
    [InlineData("""{"templates":[{"templateName":"nope"}]}""", "nope", "AnalysisTemplate 'nope' not found")]
    [InlineData("""{"templates":[{"templateName":"a","clusterScope":true}]}""", "a", "ClusterAnalysisTemplate 'a' not found")]
    public void Template_Missing_IsNamed_REF4_AT17(string analysis, string value, string message) =>
        Assert.Equal(new AnalysisReferenceError(Path, value, message), Build(analysis, Template("a", "m")).Error);

    [Fact]
    public void Template_MissingWithinATemplate_HasItsOwnPath_REF4() =>
        Assert.Equal(
            new AnalysisReferenceError("spec.templates", "x", "AnalysisTemplate 'x' not found"),
            Build("""{"templates":[{"templateName":"a"}]}""", Template("a", "m", templates: """{"templateName":"x"}""")).Error);

    [Fact]
    public void Templates_InACycle_AreReported_AT16()
    {
        var error = Build(
            """{"templates":[{"templateName":"a"}]}""",
            Template("a", "m", templates: """{"templateName":"b"}"""),
            Template("b", "m2", templates: """{"templateName":"a"}""")).Error;

        Assert.Equal("AnalysisTemplate 'a' includes itself: a -> b -> a", error?.Message);
    }

    [Theory]
    [InlineData("\"metrics\":[{\"name\":\"m\",\"provider\":{}}]", "two metrics have the same name 'm'")]
    [InlineData("\"args\":[{\"name\":\"x\",\"value\":\"2\"}]", "Argument `x` specified multiple times with different values: '1', '2'")]
    [InlineData("\"args\":[{\"name\":\"y\"}]", "args.y was not resolved")]
    [InlineData("\"dryRun\":[{\"metricName\":\"m\"}]", "two Dry-Run metric rules have the same name 'm'")]
    [InlineData("\"measurementRetention\":[{\"metricName\":\"m\",\"limit\":2}]", "two Measurement Retention metric rules have the same name 'm'")]
    public void Templates_ThatContradict_AreRefused_AT11to15(string second, string message)
    {
        var first = """{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"metrics":[{"name":"m","provider":{}}],"args":[{"name":"x","value":"1"}],"dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"m","limit":1}]}}""";

        var error = Build("""{"templates":[{"templateName":"a"},{"templateName":"b"}]}""", first, $$"""{"kind":"AnalysisTemplate","metadata":{"name":"b"},"spec":{ {{second}} } }""").Error;

        Assert.Equal(new AnalysisReferenceError(Path, "templateNames: [a b]", message), error);
    }

    [Theory]
    // a nil value is filled by a later one, never the other way round
    [InlineData("{\"name\":\"x\"}", "{\"name\":\"x\",\"value\":\"2\"}", "", """[{"name":"x","value":"2"}]""")]
    [InlineData("{\"name\":\"x\",\"value\":\"1\"}", "{\"name\":\"x\"}", "", """[{"name":"x","value":"1"}]""")]
    [InlineData("{\"name\":\"x\",\"value\":\"1\"}", "{\"name\":\"x\",\"value\":\"1\"}", "", """[{"name":"x","value":"1"}]""")]
    // the caller's overwrite, unknown names drop
    [InlineData("{\"name\":\"x\",\"value\":\"1\"}", "{\"name\":\"y\",\"value\":\"2\"}", "{\"name\":\"y\",\"value\":\"9\"},{\"name\":\"z\",\"value\":\"9\"}", """[{"name":"x","value":"1"},{"name":"y","value":"9"}]""")]
    // an argument without a value passes the empty string
    [InlineData("{\"name\":\"x\",\"value\":\"1\"}", "{\"name\":\"y\",\"value\":\"2\"}", "{\"name\":\"x\"}", """[{"name":"x","value":""},{"name":"y","value":"2"}]""")]
    public void Args_Merge_AT12_AT14_ARG1(string first, string second, string callers, string expected)
    {
        var spec = Build(
            $$"""{"templates":[{"templateName":"a"},{"templateName":"b"}],"args":[{{callers}}]}""",
            $$"""{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"args":[{{first}}]} }""",
            $$"""{"kind":"AnalysisTemplate","metadata":{"name":"b"},"spec":{"args":[{{second}}]} }""").Value;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), spec["args"]), spec.ToJsonString());
    }

    [Theory]
    [InlineData("{\"podTemplateHashValue\":\"Latest\"}", "new-1")]
    [InlineData("{\"podTemplateHashValue\":\"Stable\"}", "old-2")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}", "web")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.namespace\"}}", "shop")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.uid\"}}", "u-1")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.labels['app']\"}}", "web")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.labels['a.b/c']\"}}", "x")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.labels['none']\"}}", "")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.annotations['note']\"}}", "say \"hi\"")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.annotations\"}}", "note=\"say \\\"hi\\\"\"")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"metadata.labels\"}}", "a.b/c=\"x\"\napp=\"web\"")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.replicas\"}}", "5")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.big\"}}", "1e+06")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.small\"}}", "123456")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.half\"}}", "0.5")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.paused\"}}", "false")]
    [InlineData("{\"fieldRef\":{\"fieldPath\":\"spec.strategy.canary.steps[0].setWeight\"}}", "20")]
    public void Arg_FromTheRollout_TakesItsValue_ARG2to4(string valueFrom, string expected)
    {
        var spec = Build($$"""{"templates":[{"templateName":"a"}],"args":[{"name":"x","valueFrom":{{valueFrom}}}]}""", """{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"args":[{"name":"x"}]}}""").Value;

        Assert.Equal(expected, spec["args"]![0]!["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("metadata.nope", "unsupported fieldPath: metadata.nope")]
    [InlineData("metadata.name['x']", "fieldPath \"metadata.name\" does not support subscript")]
    [InlineData("metadata.labels['-x']", "invalid key subscript in metadata.labels['-x']")]
    [InlineData("spec.nope", "invalid path spec.nope in rollout")]
    [InlineData("spec.replicas.x", "invalid path spec.replicas.x in rollout")]
    [InlineData("status.none", "invalid path status.none in rollout")]
    [InlineData("spec.strategy", "path spec.strategy in rollout must terminate in a primitive value")]
    [InlineData("spec.strategy.canary.steps[7]", "index 7 out of range")]
    [InlineData("spec.strategy.canary.steps[x]", "invalid index 'x'")]
    public void Arg_FromNowhere_IsAnError_ARG3_ARG4(string fieldPath, string message)
    {
        // A later good reference must not hide the error.
        var analysis = $$"""{"templates":[{"templateName":"a"}],"args":[{"name":"x","valueFrom":{"fieldRef":{"fieldPath":"{{fieldPath}}"} } },{"name":"y","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"} } }]}""";

        Assert.Equal(message, Build(analysis, """{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"args":[{"name":"x"}]}}""").Error?.Message);
    }

    [Fact]
    public void Rules_OfTheCaller_ComeFirst_AT13()
    {
        var spec = Build(
            """{"templates":[{"templateName":"a"}],"dryRun":[{"metricName":"x"}],"measurementRetention":[{"metricName":"x","limit":3}]}""",
            """{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"dryRun":[{"metricName":"y"}],"measurementRetention":[{"metricName":"y","limit":4}]}}""").Value;

        Assert.Equal("""[{"metricName":"x"},{"metricName":"y"}]""", spec["dryRun"]!.ToJsonString());
        Assert.Equal("""[{"metricName":"x","limit":3},{"metricName":"y","limit":4}]""", spec["measurementRetention"]!.ToJsonString());
    }

    [Theory]
    [InlineData(AnalysisPlace.Step, "\"interval\":\"1m\"", "AnalysisTemplate a has metric m which runs indefinitely. Invalid value for count: nil")]
    [InlineData(AnalysisPlace.Step, "\"interval\":\"1m\",\"count\":0", "AnalysisTemplate a has metric m which runs indefinitely. Invalid value for count: 0")]
    [InlineData(AnalysisPlace.Step, "\"interval\":\"1m\",\"count\":2", null)]
    [InlineData(AnalysisPlace.Step, "\"successCondition\":\"{{args.nope}}\"", "AnalysisTemplate a: failed to resolve {{args.nope}}")]
    [InlineData(AnalysisPlace.PrePromotion, "\"interval\":\"1m\"", "AnalysisTemplate a has metric m which runs indefinitely. Invalid value for count: nil")]
    [InlineData(AnalysisPlace.Background, "\"interval\":\"1m\"", null)]
    public void References_ToEndlessMetrics_AreForBackgroundOnly_REF6(AnalysisPlace place, string fields, string? message)
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse($$"""{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"metrics":[{"name":"m",{{fields}},"provider":{} }]} }"""));

        var errors = AnalysisReferences.Validate(place, 3, RolloutAnalysis.Parse(JsonElement.Parse("""{"templates":[{"templateName":"a"}]}"""), "x"), [], new([template]), Rollout);

        Assert.Equal(message, errors.SingleOrDefault()?.Message);
        if (place == AnalysisPlace.Step && message is not null)
            Assert.Equal("spec.strategy.canary.steps[3].analysis.templates", errors[0].Path);
    }

    [Fact]
    public void References_WithValueAndSource_AreRefused_REF6()
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse("""{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"args":[{"name":"x","value":"1","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}}"""));

        var errors = AnalysisReferences.Validate(AnalysisPlace.PostPromotion, 0, RolloutAnalysis.Parse(JsonElement.Parse("""{"templates":[{"templateName":"a"}]}"""), "x"), [], new([template]), Rollout);

        Assert.Equal(new("spec.strategy.blueGreen.postPromotionAnalysis.templates", "a", "AnalysisTemplate a: arg 'x' has both Value and ValueFrom fields"), Assert.Single(errors));
    }

    [Fact]
    public void References_WithAPathOutsideMetadata_PassValidation_REF5()
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse("""{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"args":[{"name":"x"}]}}"""));
        var analysis = RolloutAnalysis.Parse(JsonElement.Parse("""{"templates":[{"templateName":"a"}],"args":[{"name":"x","valueFrom":{"fieldRef":{"fieldPath":"status.later"}}}]}"""), "x");

        Assert.Empty(AnalysisReferences.Validate(AnalysisPlace.Background, 0, analysis, [], new([template]), Rollout));
    }

    [Fact]
    public void References_TryTheRulesOfEveryStep_REF5()
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse("""{"kind":"AnalysisTemplate","metadata":{"name":"a"},"spec":{"dryRun":[{"metricName":"m"}]}}"""));
        var analysis = RolloutAnalysis.Parse(JsonElement.Parse("""{"templates":[{"templateName":"a"}]}"""), "x");

        var errors = AnalysisReferences.Validate(AnalysisPlace.Background, 0, analysis, [analysis with { DryRun = [new("m")] }], new([template]), Rollout);

        Assert.Equal("two Dry-Run metric rules have the same name 'm'", Assert.Single(errors).Message);
    }

    private static string Template(string name, string metric, bool cluster = false, string templates = "") =>
        $$"""{"kind":"{{(cluster ? "Cluster" : "")}}AnalysisTemplate","metadata":{"name":"{{name}}"},"spec":{"metrics":[{"name":"{{metric}}","provider":{"p":{} } }],"templates":[{{templates}}]} }""";

    private static Outcome<JsonObject> Build(string analysis, params string[] templates) => AnalysisRunSpecs.Build(
        RolloutAnalysis.Parse(JsonElement.Parse(analysis), "spec"),
        new(templates.Select(t => AnalysisTemplate.Parse(JsonElement.Parse(t)))),
        "new-1",
        "old-2",
        Rollout,
        Path);
}
