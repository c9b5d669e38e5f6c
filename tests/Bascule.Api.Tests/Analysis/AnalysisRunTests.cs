using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;

namespace Bascule.Api.Tests.Analysis;

public sealed class AnalysisRunTests
{
    [Fact]
    public void Status_ReadAndWritten_IsTheSame_AT3to5()
    {
        const string status = """
            {"phase":"Failed","message":"why","startedAt":"2026-05-04T12:00:00Z","completedAt":"2026-05-04T12:10:00Z",
             "metricResults":[{"name":"m","phase":"Failed","message":"x","count":3,"successful":1,"failed":1,"inconclusive":1,"error":2,"consecutiveError":1,"consecutiveSuccess":1,"dryRun":true,
               "metadata":{"a":"b"},
               "measurements":[{"phase":"Error","message":"x","startedAt":"2026-05-04T12:00:00Z","finishedAt":"2026-05-04T12:00:01Z"},
                 {"phase":"Running","startedAt":"2026-05-04T12:00:00Z","value":"[1]","metadata":{"job-name":"j"},"resumeAt":"2026-05-04T12:00:05Z"}]}],
             "runSummary":{"count":1,"failed":1},"dryRunSummary":{}}
            """;

        var read = AnalysisRun.Parse(JsonElement.Parse($$"""{"metadata":{"name":"r"},"status":{{status}} }""")).Status;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(status), read.ToJson()), read.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("""{"spec":{"metrics":{},"terminate":true}}""")]
    [InlineData("""{"spec":{"metrics":[{"name":"m","interval":5,"count":1.5,"failureLimit":{},"successCondition":7,"provider":"x"}],"terminate":true}}""")]
    [InlineData("""{"spec":{"args":"none","dryRun":[5],"measurementRetention":[{"metricName":"m","limit":"1"}],"ttlStrategy":3,"terminate":true}}""")]
    [InlineData("""{"spec":{"args":[{"name":"a","value":5,"valueFrom":{"podTemplateHashValue":"Old","secretKeyRef":"s","fieldRef":[]}}],"terminate":true}}""")]
    [InlineData("""{"metadata":"none","spec":{"terminate":true},"status":{"startedAt":"soon","metricResults":[{"name":[],"count":"1","measurements":[7,{"finishedAt":1}]}],"runSummary":[]}}""")]
    public void Run_OfWrongTypes_IsReadFieldByField_RT7(string json)
    {
        var run = AnalysisRun.Parse(JsonElement.Parse(json));

        Assert.True(run.Terminate);
        Assert.All(run.Metrics, m => Assert.Equal(("m", null, null, null, "", 0), (m.Name, m.Interval, m.Count, m.FailureLimit, m.SuccessCondition, m.Providers.Length)));
        Assert.All(run.Args, a => Assert.Equal(("a", null, null, null, null), (a.Name, a.Value, a.ValueFrom!.PodTemplateHash, a.ValueFrom.FieldPath, a.ValueFrom.SecretKey)));
        Assert.All(run.MeasurementRetention, r => Assert.Equal(0, r.Limit));
        Assert.Equal((null, null, null), (run.Ttl, run.Status.StartedAt, run.Status.RunSummary));
    }

    [Theory]
    [InlineData("AnalysisTemplate", """{"metrics":5,"args":[{"name":7}],"templates":{},"dryRun":"x"}""")]
    [InlineData("ClusterAnalysisTemplate", """{"metrics":[{"name":"m"}],"args":{},"templates":[{"templateName":1,"clusterScope":"yes"}]}""")]
    public void Template_OfWrongTypes_IsReadFieldByField_RT7(string kind, string spec)
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse($$"""{"kind":"{{kind}}","metadata":{"name":"t"},"spec":{{spec}} }"""));

        Assert.Equal(new("t", kind == "ClusterAnalysisTemplate"), template.Reference);
        Assert.All(template.Args, a => Assert.Equal("", a.Name));
        Assert.All(template.Templates, t => Assert.Equal(new("", false), t));
        Assert.Empty(template.DryRun);
    }

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("""{"interval":"1m"}""", null)]
    [InlineData("""{"interval":"1m","count":0}""", null)]
    [InlineData("""{"count":0}""", 1)]
    [InlineData("""{"interval":"1m","count":"7"}""", 7)]
    [InlineData("""{"interval":"1m","count":"{{args.n}}"}""", null)]
    public void Metric_EffectiveCount_FollowsCountAndInterval_MET7(string json, int? expected) =>
        Assert.Equal(expected, Metric.Parse(JsonElement.Parse(json)).EffectiveCount);
}
