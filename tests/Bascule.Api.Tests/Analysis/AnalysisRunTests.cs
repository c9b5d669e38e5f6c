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
    [InlineData("""{"spec":{"metrics":{}}}""", "spec.metrics: found an object, expected a list")]
    [InlineData("""{"spec":{"metrics":[{"name":5}]}}""", "spec.metrics[0].name: found 5, expected a string")]
    [InlineData("""{"spec":{"metrics":[{"name":"m","count":1.5}]}}""", "spec.metrics[0].count: found 1.5, expected a whole number or a string")]
    [InlineData("""{"spec":{"metrics":[{"name":"m","provider":"x"}]}}""", "spec.metrics[0].provider: found the string \"x\", expected an object")]
    [InlineData("""{"spec":{"args":[{"name":"a","valueFrom":{"podTemplateHashValue":"Old"}}]}}""", "spec.args[0].valueFrom.podTemplateHashValue: found the string \"Old\", expected Latest or Stable")]
    [InlineData("""{"spec":{"terminate":"yes"}}""", "spec.terminate: found the string \"yes\", expected true or false")]
    [InlineData("""{"spec":{"measurementRetention":[{"metricName":"m","limit":"1"}]}}""", "spec.measurementRetention[0].limit: found the string \"1\", expected a whole number of at most 32 bits")]
    [InlineData("""{"status":{"startedAt":"soon"}}""", "status.startedAt: found the string \"soon\", expected an RFC 3339 time")]
    public void Run_OfWrongTypes_NamesTheField(string json, string message) =>
        Assert.Equal(message, Assert.Throws<FieldFormatException>(() => AnalysisRun.Parse(JsonElement.Parse(json))).Message);

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("""{"interval":"1m"}""", null)]
    [InlineData("""{"interval":"1m","count":0}""", null)]
    [InlineData("""{"count":0}""", 1)]
    [InlineData("""{"interval":"1m","count":"7"}""", 7)]
    [InlineData("""{"interval":"1m","count":"{{args.n}}"}""", null)]
    public void Metric_EffectiveCount_FollowsCountAndInterval_MET7(string json, int? expected) =>
        Assert.Equal(expected, Metric.Parse(JsonElement.Parse(json), "m").EffectiveCount);
}
