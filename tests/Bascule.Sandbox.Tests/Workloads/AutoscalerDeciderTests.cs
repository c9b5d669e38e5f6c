using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class AutoscalerDeciderTests
{
    [Theory]
    [InlineData(2, "100", 4, "DesiredWithinRange")]
    [InlineData(2, "54", null, "DesiredWithinRange")]
    [InlineData(2, "46", null, "DesiredWithinRange")]
    [InlineData(4, "20", 2, "DesiredWithinRange")]
    [InlineData(4, "500", 6, "TooManyReplicas")]
    [InlineData(4, "1", 2, "TooFewReplicas")]
    [InlineData(9, "50", 6, "")]
    [InlineData(1, "50", 2, "")]
    [InlineData(0, "500", null, "")]
    [InlineData(4, null, null, "")]
    public void Decide_AgainstAHalf_ScalesInProportionWithinBounds(int now, string? measured, int? wanted, string limited)
    {
        var plan = Decide(now, measured, """{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50} } }""");

        Assert.Equal(wanted, plan.Replicas);
        Assert.Equal(limited, Condition(plan, "ScalingLimited")?["reason"]?.GetValue<string>() ?? "");
        Assert.Equal($"{now} {wanted ?? now}", $"{plan.Status["currentReplicas"]} {plan.Status["desiredReplicas"]}");
        Assert.Equal(wanted is null ? "ReadyForNewScale" : "SucceededRescale", Condition(plan, "AbleToScale")!["reason"]!.GetValue<string>());
    }

    [Fact]
    public void Decide_SeveralMetrics_TheLargestDemandWins()
    {
        var plan = Decide(
            2,
            "100",
            """{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50} } }""",
            """{"type":"Pods","pods":{"metric":{"name":"requests"},"target":{"type":"AverageValue","averageValue":"500m"} } }""");

        Assert.Equal(6, plan.Replicas);
        Assert.Equal("pods metric requests above target", plan.Reason);
    }

    [Fact]
    public void Decide_NothingSet_SaysWhichAnnotationToSet()
    {
        var active = Condition(Decide(2, null, """{"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":50} } }"""), "ScalingActive");

        Assert.Equal("False", active!["status"]!.GetValue<string>());
        Assert.EndsWith("by an annotation, sandbox.bascule.dev/metric.cpu", active["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static JsonNode? Condition(AutoscalerPlan plan, string type) => ((JsonArray)plan.Status["conditions"]!).FirstOrDefault(c => c!["type"]!.GetValue<string>() == type);

    private static AutoscalerPlan Decide(int replicas, string? cpu, params string[] metrics) => AutoscalerDecider.Decide(
        KubeObject.From(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "web",
                ["annotations"] = cpu is null ? [] : new JsonObject { ["sandbox.bascule.dev/metric.cpu"] = cpu, ["sandbox.bascule.dev/metric.requests"] = "1500m" },
            },
            ["spec"] = new JsonObject { ["minReplicas"] = 2, ["maxReplicas"] = 6, ["metrics"] = new JsonArray([.. metrics.Select(m => JsonNode.Parse(m))]) },
        }),
        new(replicas, "1"),
        TestObjects.Now);
}
