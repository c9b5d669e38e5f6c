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

    [Theory]
    [InlineData("AnalysisTemplate", false)]
    [InlineData("ClusterAnalysisTemplate", true)]
    public void Template_WithEverything_IsRead_AT1(string kind, bool clusterScope)
    {
        var template = AnalysisTemplate.Parse(JsonElement.Parse($$"""
            {"kind":"{{kind}}","metadata":{"name":"t"},"spec":{
              "metrics":[{"name":"m","provider":{"web":{} } }],
              "args":[{"name":"a"},{"name":"b","value":""},{"name":"c","valueFrom":{"secretKeyRef":{"name":"s","key":"k"} } }],
              "dryRun":[{"metricName":"m.*"}],"measurementRetention":[{"metricName":"m","limit":7}],
              "templates":[{"templateName":"x"},{"templateName":"y","clusterScope":true}]} }
            """));

        Assert.Equal(new AnalysisTemplateReference("t", clusterScope), template.Reference);
        Assert.Equal("m", Assert.Single(template.Metrics).Name);
        Assert.Equal([("a", null), ("b", ""), ("c", null)], template.Args.Select(a => (a.Name, a.Value)));
        Assert.Equal(new SecretKeyReference("s", "k"), template.Args[2].ValueFrom!.SecretKey);
        Assert.Equal(new DryRunRule("m.*"), Assert.Single(template.DryRun));
        Assert.Equal(new MeasurementRetentionRule("m", 7), Assert.Single(template.MeasurementRetention));
        Assert.Equal([new("x", false), new("y", true)], template.Templates);
    }

    [Fact]
    public void Run_WithEverything_IsRead_AT2()
    {
        var run = AnalysisRun.Parse(JsonElement.Parse("""
            {"metadata":{"namespace":"shop","name":"r","uid":"u"},"spec":{"metrics":[{"name":"m"}],"args":[{"name":"a","value":"1"}],"terminate":true,
              "dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"m","limit":7}],
              "ttlStrategy":{"secondsAfterCompletion":1,"secondsAfterFailure":2,"secondsAfterSuccess":3}}}
            """));

        Assert.Equal(("shop", "r", "u", true), (run.Namespace, run.Name, run.Uid, run.Terminate));
        Assert.Equal(new TtlStrategy(1, 2, 3), run.Ttl);
        Assert.Equal((1, 1, 1, 1), (run.Metrics.Length, run.Args.Length, run.DryRun.Length, run.MeasurementRetention.Length));
    }

    [Theory]
    [InlineData("3", "-1", "2")]
    [InlineData("\"3\"", "\"-1\"", "\"2\"")]
    public void Metric_WithEverything_IsRead_AT6(string count, string failureLimit, string other)
    {
        var metric = Metric.Parse(JsonElement.Parse($$"""
            {"name":"m","interval":"5m","initialDelay":"1m","count":{{count}},"successCondition":"a","failureCondition":"b",
             "failureLimit":{{failureLimit}},"inconclusiveLimit":{{other}},"consecutiveErrorLimit":{{other}},"consecutiveSuccessLimit":{{other}},"provider":{"web":{} } }
            """));

        Assert.Equal(("m", "5m", "1m", "a", "b"), (metric.Name, metric.Interval, metric.InitialDelay, metric.SuccessCondition, metric.FailureCondition));
        Assert.Equal((3, -1, 2, 2, 2), (metric.Count?.Value, metric.FailureLimit?.Value, metric.InconclusiveLimit?.Value, metric.ConsecutiveErrorLimit?.Value, metric.ConsecutiveSuccessLimit?.Value));
    }

    [Theory]
    [InlineData("""{"prometheus":{}}""", "prometheus")]
    [InlineData("""{"kayenta":{}}""", "kayenta")]
    [InlineData("""{"web":{}}""", "web")]
    [InlineData("""{"datadog":{}}""", "datadog")]
    [InlineData("""{"wavefront":{}}""", "wavefront")]
    [InlineData("""{"newRelic":{}}""", "newRelic")]
    [InlineData("""{"job":{}}""", "job")]
    [InlineData("""{"cloudWatch":{}}""", "cloudWatch")]
    [InlineData("""{"graphite":{}}""", "graphite")]
    [InlineData("""{"influxdb":{}}""", "influxdb")]
    [InlineData("""{"skywalking":{}}""", "skywalking")]
    [InlineData("""{"plugin":{"team/mine":{}}}""", "plugin team/mine")]
    [InlineData("""{"plugin":{}}""")]
    [InlineData("""{"plugin":{"a":{},"b":{}},"web":{},"job":null}""", "plugin a", "plugin b", "web")]
    public void Metric_Providers_AreTheFieldsThatAreSet_AT7(string provider, params string[] expected) =>
        Assert.Equal(expected, Metric.Parse(JsonElement.Parse($$"""{"name":"m","provider":{{provider}} }""")).Providers);
}
