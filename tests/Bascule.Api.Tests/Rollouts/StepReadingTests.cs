using System.Text.Json;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Api.Tests.Rollouts;

public sealed class StepReadingTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"duration":null}""", null)]
    [InlineData("""{"duration":10}""", 10)]
    [InlineData("""{"duration":0}""", 0)]
    [InlineData("""{"duration":"10"}""", 10)]
    [InlineData("""{"duration":"1h30m"}""", 5400)]
    [InlineData("""{"duration":"1ms"}""", 0)]
    [InlineData("""{"duration":"1.5m"}""", 90)]
    [InlineData("""{"duration":"2147483647"}""", int.MaxValue)]
    [InlineData("""{"duration":"2147483648"}""", -1)]
    [InlineData("""{"duration":"99999999999"}""", -1)]
    [InlineData("""{"duration":"soon"}""", -1)]
    [InlineData("""{"duration":""}""", -1)]
    [InlineData("""{"duration":true}""", -1)]
    public void PauseStep_Duration_IsInSeconds_STEP3(string pause, int? seconds) =>
        Assert.Equal(seconds, Assert.IsType<PauseStep>(Step($"{{\"pause\":{pause}}}")).DurationSeconds);

    [Theory]
    [InlineData("""{"setWeight":20}""", "setWeight: 20")]
    [InlineData("""{"pause":{}}""", "pause")]
    [InlineData("""{"pause":{"duration":"10s"}}""", "pause: 10s")]
    [InlineData("""{"pause":{"duration":10}}""", "pause: 10")]
    [InlineData("""{"analysis":{"templates":[]}}""", "analysis")]
    [InlineData("""{"experiment":{"templates":[]}}""", "experiment")]
    [InlineData("""{"setCanaryScale":{"weight":5}}""", "setCanaryScale{weight: 5}")]
    [InlineData("""{"setCanaryScale":{"matchTrafficWeight":true}}""", "setCanaryScale{matchTrafficWeight: true}")]
    [InlineData("""{"setCanaryScale":{"replicas":3}}""", "setCanaryScale{replicas: 3}")]
    [InlineData("""{"plugin":{"name":"p"}}""", "plugin: p")]
    [InlineData("""{"setHeaderRoute":{"name":"h"}}""", "setHeaderRoute: h")]
    [InlineData("""{"setMirrorRoute":{"name":"m"}}""", "setMirrorRoute: m")]
    [InlineData("{}", "invalid")]
    [InlineData("""{"setMirrorRoute":{"name":"m"},"setHeaderRoute":{"name":"h"}}""", "setHeaderRoute: h")]
    [InlineData("""{"setHeaderRoute":{"name":"h"},"plugin":{"name":"p"}}""", "plugin: p")]
    [InlineData("""{"plugin":{"name":"p"},"setCanaryScale":{"weight":5}}""", "setCanaryScale{weight: 5}")]
    [InlineData("""{"setCanaryScale":{"weight":5},"analysis":{}}""", "analysis")]
    [InlineData("""{"analysis":{},"experiment":{}}""", "experiment")]
    [InlineData("""{"experiment":{},"pause":{}}""", "pause")]
    [InlineData("""{"pause":{},"setWeight":7}""", "setWeight: 7")]
    public void Step_AsText_IsTheReferences_STEP14(string step, string text) => Assert.Equal(text, Step(step).ToString());

    [Theory]
    [InlineData("pause", "setCanaryScale")]
    [InlineData("setCanaryScale", "setWeight")]
    [InlineData("setWeight", "experiment")]
    [InlineData("experiment", "analysis")]
    [InlineData("analysis", "setHeaderRoute")]
    [InlineData("setHeaderRoute", "setMirrorRoute")]
    [InlineData("setMirrorRoute", "plugin")]
    public void Step_WithSeveralKinds_IsTheOneThatCompletes_STEP10(string first, string second)
    {
        var step = Step($"{{\"{second}\":{Content(second)},\"{first}\":{Content(first)}}}");

        Assert.Equal([first, second], step.Kinds);
        Assert.Equal(first, Kind(step));
        static string Content(string kind) => kind == "setWeight" ? "5" : "{}";
    }

    [Fact]
    public void Step_WithSeveralKinds_CanBeReadAsEach_STEP10()
    {
        var step = Step("""{"setWeight":7,"setHeaderRoute":{"name":"h"},"setCanaryScale":{"replicas":2}}""");

        Assert.Equal((7, "h", 2), (step.Weight, step.Part<SetHeaderRouteStep>()?.Name, step.Part<SetCanaryScaleStep>()?.ScaleReplicas));
        Assert.Null(step.Part<PauseStep>());
    }

    [Fact]
    public void SetCanaryScale_IsRead()
    {
        var step = Assert.IsType<SetCanaryScaleStep>(Step("""{"setCanaryScale":{"weight":5,"replicas":0,"matchTrafficWeight":true}}"""));

        Assert.Equal((5, 0, true), (step.ScaleWeight, step.ScaleReplicas, step.MatchTrafficWeight));
    }

    [Fact]
    public void Analysis_IsRead()
    {
        var analysis = Assert.IsType<AnalysisStep>(Step("""
            {"analysis":{"templates":[{"templateName":"a"},{"templateName":"b","clusterScope":true}],"args":[{"name":"x","value":"1"}],"dryRun":[{"metricName":".*"}],
            "measurementRetention":[{"metricName":"m","limit":3}],"analysisRunMetadata":{"labels":{"l":"1"},"annotations":{"n":"2"}}}}
            """)).Analysis;

        Assert.Equal([("a", false), ("b", true)], analysis.Templates.Select(t => (t.TemplateName, t.ClusterScope)));
        Assert.Equal(("x", "1", ".*", 3), (analysis.Args[0].Name, analysis.Args[0].Value, analysis.DryRun[0].MetricName, analysis.MeasurementRetention[0].Limit));
        Assert.Equal(("1", "2"), (analysis.RunLabels["l"], analysis.RunAnnotations["n"]));
    }

    [Fact]
    public void Experiment_IsRead()
    {
        var experiment = Assert.IsType<ExperimentStep>(Step("""
            {"experiment":{"duration":"1h","scaleDownDelaySeconds":0,"dryRun":[{"metricName":".*"}],"analysisRunMetadata":{"labels":{"l":"1"},"annotations":{"n":"2"}},
            "templates":[{"name":"base","specRef":"stable"},
              {"name":"new","specRef":"canary","replicas":2,"weight":5,"metadata":{"labels":{"a":"b"}},"selector":{"matchLabels":{"a":"b"}},"service":{"name":"svc"}}],
            "analyses":[{"name":"compare","templateName":"t","clusterScope":true,"requiredForCompletion":true,"args":[{"name":"x","valueFrom":{"podTemplateHashValue":"Latest"}}]}]}}
            """)).Experiment;

        Assert.Equal(("1h", 0, ".*", "1", "2"), (experiment.Duration, experiment.ScaleDownDelaySeconds, experiment.DryRun[0].MetricName, experiment.RunLabels["l"], experiment.RunAnnotations["n"]));
        Assert.Equal((StepExperimentTemplate.Stable, null, null, null, false), (experiment.Templates[0].SpecRef, experiment.Templates[0].Replicas, experiment.Templates[0].Weight, experiment.Templates[0].Metadata, experiment.Templates[0].HasService));
        var canary = experiment.Templates[1];
        Assert.Equal(("new", StepExperimentTemplate.Canary, 2, 5, true, "svc"), (canary.Name, canary.SpecRef, canary.Replicas, canary.Weight, canary.HasService, canary.ServiceName));
        Assert.Equal(("b", """{"matchLabels":{"a":"b"}}"""), (canary.Metadata!.Labels["a"], canary.Selector?.GetRawText()));
        var analysis = Assert.Single(experiment.Analyses);
        Assert.Equal(("compare", "t", true, true, "x"), (analysis.Name, analysis.Template.TemplateName, analysis.Template.ClusterScope, analysis.RequiredForCompletion, analysis.Args[0].Name));
    }

    [Fact]
    public void Experiment_WithAWrongType_SaysWhere()
    {
        var step = Assert.IsType<ExperimentStep>(Step("""{"experiment":{"templates":[{"name":"a","selector":"x"}]}}"""));

        Assert.Equal("spec.strategy.steps[3].experiment.templates[0].selector: found the string \"x\", expected an object", step.Problem);
        Assert.Empty(step.Experiment.Templates);
    }

    [Fact]
    public void HeaderRoute_IsRead()
    {
        // TR-C-20
        var step = Assert.IsType<SetHeaderRouteStep>(Step("""{"setHeaderRoute":{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"a"}},{"headerName":"i","headerValue":{"prefix":"b","regex":"c"}},{}]}}"""));

        Assert.Equal(("r", new HeaderMatch("h", new StringMatch("a", "", ""))), (step.Name, step.Matches[0]));
        Assert.Equal(new StringMatch("", "b", "c"), step.Matches[1].HeaderValue);
        Assert.Equal(new HeaderMatch("", null), step.Matches[2]);
        Assert.Empty(Assert.IsType<SetHeaderRouteStep>(Step("""{"setHeaderRoute":{"name":"r"}}""")).Matches);
    }

    [Fact]
    public void MirrorRoute_IsRead()
    {
        // TR-C-21
        var step = Assert.IsType<SetMirrorRouteStep>(Step("""{"setMirrorRoute":{"name":"r","percentage":0,"match":[{"method":{"exact":"GET"},"path":{"prefix":"/"},"headers":{"h":{"regex":"x"}}},{}]}}"""));

        Assert.Equal(("r", 0), (step.Name, step.Percentage));
        Assert.Equal((new StringMatch("GET", "", ""), new StringMatch("", "/", ""), new StringMatch("", "", "x")), (step.Matches[0].Method, step.Matches[0].Path, step.Matches[0].Headers["h"]));
        Assert.Equal((null, null, 0), (step.Matches[1].Method, step.Matches[1].Path, step.Matches[1].Headers.Count));
        Assert.Null(Assert.IsType<SetMirrorRouteStep>(Step("""{"setMirrorRoute":{"name":"r"}}""")).Percentage);
    }

    [Fact]
    public void Plugin_IsRead_STEP9()
    {
        var step = Assert.IsType<PluginStep>(Step("""{"plugin":{"name":"org/p","config":[1,{"a":null}]}}"""));

        Assert.Equal(("org/p", """[1,{"a":null}]"""), (step.Name, step.Config?.GetRawText()));
        Assert.Null(Assert.IsType<PluginStep>(Step("""{"plugin":{}}""")).Config);
    }

    private static string Kind(CanaryStep step) => step.Match(
        setWeight: _ => "setWeight",
        pause: _ => "pause",
        analysis: _ => "analysis",
        experiment: _ => "experiment",
        setCanaryScale: _ => "setCanaryScale",
        setHeaderRoute: _ => "setHeaderRoute",
        setMirrorRoute: _ => "setMirrorRoute",
        plugin: _ => "plugin",
        invalid: _ => "invalid");

    private static CanaryStep Step(string json) => CanaryStep.Read(JsonElement.Parse(json), 3);
}
