using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Lab.Load;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Tests.Strategies;

public sealed class MetersTests
{
    [Theory]
    [InlineData(0, 0, false, false)]
    [InlineData(19, 19, false, false)]
    [InlineData(20, 1, true, false)]
    [InlineData(20, 2, true, true)]
    [InlineData(1000, 50, true, false)]
    [InlineData(1000, 51, true, true)]
    public void ErrorJudge_NeedsEnoughAnswers_AndToleratesAFew(long answers, long failed, bool canTell, bool isBad)
    {
        var version = new VersionTraffic("v2.0.0", answers, failed, TimeSpan.Zero, TimeSpan.Zero);

        Assert.Equal(canTell, ErrorJudge.CanTell(version));
        Assert.Equal(isBad, ErrorJudge.IsBad(version));
    }

    [Fact]
    public void ErrorJudge_Text_NamesTheVersionAndItsFigures() =>
        Assert.Equal("v2.0.0 failed 31.2 % of its 1,000 answers", ErrorJudge.Text(new VersionTraffic("v2.0.0", 1000, 312, TimeSpan.Zero, TimeSpan.Zero)));

    /// <summary>One number of pods per second; the first is the baseline.</summary>
    [Theory]
    [InlineData(new[] { 3, 3, 3 }, 0, 0)]
    [InlineData(new[] { 3, 6, 6, 3 }, 3, 6)]
    [InlineData(new[] { 3, 0, 3 }, 0, 0)]
    [InlineData(new[] { 10, 11, 12, 11, 10 }, 2, 4)]
    [InlineData(new[] { 3, 6 }, 3, 3)]
    public void PodMeter_CountsWhatIsBeyondTheBeginning(int[] pods, int peak, double podSeconds)
    {
        var meter = new PodMeter();
        meter.Observe(TimeSpan.Zero, 100);
        meter.Begin(TimeSpan.Zero, pods[0]);

        for (var i = 0; i < pods.Length; i++)
            meter.Observe(TimeSpan.FromSeconds(i), pods[i]);
        meter.End(TimeSpan.FromSeconds(pods.Length));
        meter.Observe(TimeSpan.FromSeconds(100), 100);

        Assert.Equal((peak, podSeconds), (meter.Peak, meter.PodSeconds));
    }

    [Theory]
    [InlineData(2, 2, 3, 3, 3, true)]
    [InlineData(2, 1, 3, 3, 3, false)]
    [InlineData(1, 1, 3, 3, 3, false)]
    [InlineData(3, 3, 3, 3, 3, true)]
    [InlineData(2, 2, 4, 3, 3, false)]
    [InlineData(2, 2, 3, 2, 3, false)]
    [InlineData(2, 2, 3, 3, 2, false)]
    public void WorkloadLook_HasReached_WhenItsControllerSawTheSpec_AndAllOfItIsAvailable(
        long generation, long observed, int pods, int updated, int available, bool expected)
    {
        var deployment = KubeObject.From(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "goprom", ["namespace"] = "default", ["generation"] = generation },
            ["spec"] = new JsonObject { ["replicas"] = 3 },
            ["status"] = new JsonObject { ["observedGeneration"] = observed, ["replicas"] = pods, ["updatedReplicas"] = updated, ["availableReplicas"] = available },
        });

        Assert.Equal(expected, WorkloadLook.Of(deployment).HasReached(2));
    }

    [Fact]
    public void PodLook_Among_IsThePodsOfGopromThatHaveNotEnded()
    {
        var pods = PodLook.Among(
        [
            Pod("b", "v2.0.0", "Running", ready: false),
            Pod("a", "v1.0.0", "Running", ready: true),
            Pod("c", "v1.0.0", "Succeeded", ready: false),
            Pod("d", "v1.0.0", "Running", ready: true, app: "other"),
        ]);

        Assert.Equal([new PodLook("a", "v1.0.0", true, false), new PodLook("b", "v2.0.0", false, false)], pods);
    }

    private static KubeObject Pod(string name, string version, string phase, bool ready, string app = "goprom") => KubeObject.From(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = new JsonObject { ["app"] = app, ["version"] = version } },
        ["status"] = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False" }),
        },
    });
}
