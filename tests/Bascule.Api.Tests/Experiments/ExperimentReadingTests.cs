using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Validation;

namespace Bascule.Api.Tests.Experiments;

public sealed class ExperimentReadingTests
{
    private const string Good = """{"name":"a","selector":{"matchLabels":{"app":"a"}},"template":{}}""";

    [Fact]
    public void Spec_Defaults_EX1()
    {
        var spec = Read($$"""{"spec":{"templates":[{{Good}}]} }""").Spec;

        Assert.Equal((600, 30, false, null), (spec.ProgressDeadlineSeconds, spec.ScaleDownDelaySeconds, spec.Terminate, spec.Duration));
        Assert.Equal((1, 0, false), (spec.Templates[0].Replicas, spec.Templates[0].MinReadySeconds, spec.Templates[0].HasService));
        Assert.Empty(spec.Analyses);
    }

    [Fact]
    public void Spec_AllFields_AreRead_EX1()
    {
        var spec = Read("""
            {"spec":{"duration":"1h30m","progressDeadlineSeconds":20,"scaleDownDelaySeconds":0,"terminate":true,
             "templates":[{"name":"a","replicas":3,"minReadySeconds":4,"selector":{"matchLabels":{"app":"a"}},"template":{"spec":{}},"service":{"name":"s"}},{"name":"b","service":{}}],
             "analyses":[{"name":"x","templateName":"t","clusterScope":true,"requiredForCompletion":true,"args":[{"name":"n","value":"v"},{"name":"from","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}],
             "dryRun":[{"metricName":"m.*"}],"measurementRetention":[{"metricName":"m","limit":2}],
             "analysisRunMetadata":{"labels":{"l":"1"},"annotations":{"n":"2"}}}}
            """).Spec;

        Assert.Equal((TimeSpan.FromMinutes(90), 20, 0, true), (spec.RunsFor, spec.ProgressDeadlineSeconds, spec.ScaleDownDelaySeconds, spec.Terminate));
        Assert.Equal((3, 4, true, "s"), (spec.Templates[0].Replicas, spec.Templates[0].MinReadySeconds, spec.Templates[0].HasService, spec.Templates[0].ServiceName));
        Assert.Equal((true, ""), (spec.Templates[1].HasService, spec.Templates[1].ServiceName));
        var analysis = Assert.Single(spec.Analyses);
        Assert.Equal(("x", new AnalysisTemplateReference("t", true), true), (analysis.Name, analysis.Template, analysis.RequiredForCompletion));
        Assert.Equal([("n", "v"), ("from", null)], analysis.Args.Select(a => (a.Name, a.Value)));
        Assert.Equal((new DryRunRule("m.*"), new MeasurementRetentionRule("m", 2)), (spec.DryRun.Single(), spec.MeasurementRetention.Single()));
        Assert.Equal(("1", "2"), (spec.RunLabels["l"], spec.RunAnnotations["n"]));
    }

    [Fact]
    public void Status_AllFields_AreRead_EX2()
    {
        var status = Read("""
            {"status":{"phase":"Running","message":"m","availableAt":"2026-07-01T12:00:00Z","conditions":[{"type":"Progressing","status":"True"}],
             "templateStatuses":[{"name":"a","replicas":4,"updatedReplicas":3,"readyReplicas":2,"availableReplicas":1,"collisionCount":5,"status":"Failed","message":"f","lastTransitionTime":"2026-07-01T12:00:01Z","serviceName":"s","podTemplateHash":"h"},{"name":"a","collisionCount":1}],
             "analysisRuns":[{"name":"x","analysisRun":"ex-x","phase":"Inconclusive","message":"i"}]}}
            """).Status;

        Assert.Equal((AnalysisPhase.Running, "m", 12), (status.Phase, status.Message, status.AvailableAt!.Value.Hour));
        Assert.Equal("True", status.Condition("Progressing")!.Status);
        var template = Assert.Single(status.Templates);
        Assert.Equal((4, 3, 2, 1, 5), (template.Replicas, template.UpdatedReplicas, template.ReadyReplicas, template.AvailableReplicas, template.CollisionCount));
        Assert.Equal((ExperimentTemplatePhase.Failed, "f", 1, "s", "h"), (template.Phase, template.Message, template.LastTransitionTime!.Value.Second, template.ServiceName, template.PodTemplateHash));
        Assert.Equal(new ExperimentRunStatus { Name = "x", AnalysisRun = "ex-x", Phase = AnalysisPhase.Inconclusive, Message = "i" }, status.Run("x"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"metadata":7,"spec":[],"status":"x"}""")]
    [InlineData("""{"spec":{"templates":{},"duration":7,"progressDeadlineSeconds":"soon","scaleDownDelaySeconds":{},"terminate":"yes","analyses":7},"status":{"phase":1,"templateStatuses":[7],"analysisRuns":{},"availableAt":"then"}}""")]
    public void Read_Malformed_SkipsWhatIsWrong_RT7_E2E130(string json)
    {
        var experiment = Read(json);

        Assert.Equal((600, 30, false, null), (experiment.Spec.ProgressDeadlineSeconds, experiment.Spec.ScaleDownDelaySeconds, experiment.Spec.Terminate, experiment.Spec.Duration));
        Assert.Equal((AnalysisPhase.None, null), (experiment.Status.Phase, experiment.Status.AvailableAt));
        Assert.Empty(experiment.Status.Templates);
    }

    [Theory]
    [InlineData("""[{"name":"a","template":{}}]""", "spec.templates[0].selector: Required value")]
    [InlineData("""[{"name":"a","selector":"app","template":{}}]""", "spec.templates[0].selector: Required value")]
    [InlineData("""[{"name":"a","selector":{},"template":{}}]""", "spec.templates[0].selector: Invalid value")]
    [InlineData("""[{"name":"a","minReadySeconds":601,"selector":{"matchLabels":{"app":"a"}},"template":{}}]""", "spec.templates[0].minReadySeconds: Invalid value: 601")]
    [InlineData("""[{"name":"a","minReadySeconds":600,"selector":{"matchLabels":{"app":"a"}},"template":{}}]""", null)]
    [InlineData("""[{"selector":{"matchLabels":{"app":"a"}},"template":{}}]""", "spec.templates[0].name: Required value")]
    [InlineData("""[GOOD,GOOD]""", "spec.templates[1].name: Duplicate value: \"a\"")]
    [InlineData("""[GOOD,{"name":""}]""", "spec.templates[1].selector: Required value")]
    [InlineData("""[GOOD]""", null)]
    public void Spec_Invalid_NamesTheFirstField_EX3(string templates, string? error)
    {
        var found = ExperimentValidation.FirstError(Read($$"""{"spec":{"templates":{{templates.Replace("GOOD", Good, StringComparison.Ordinal)}} } }"""));

        if (error is null)
            Assert.Null(found);
        else
            Assert.StartsWith(error, found!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Duration_ThatIsNone_IsInvalid_EX3() =>
        Assert.Equal(
            "spec.duration: Invalid value: \"soon\": expected a duration such as 30s, 10m or 1h30m",
            ExperimentValidation.FirstError(Read($$"""{"spec":{"duration":"soon","templates":[{{Good}}]} }"""))!.ToString());

    [Fact]
    public void TemplatePhases_FromBestToWorst_EX16()
    {
        ExperimentTemplatePhase[] order =
            [ExperimentTemplatePhase.Successful, ExperimentTemplatePhase.Running, ExperimentTemplatePhase.Progressing, ExperimentTemplatePhase.Error, ExperimentTemplatePhase.Failed];

        foreach (var (better, worse) in order.Zip(order.Skip(1)))
            Assert.True(worse.IsWorseThan(better) && !better.IsWorseThan(worse));
        Assert.All(Enum.GetValues<ExperimentTemplatePhase>(), p => Assert.Equal(p, ExperimentTemplatePhases.Parse(p.Text())));
    }

    private static Experiment Read(string json) => Experiment.Read(JsonElement.Parse(json));
}
