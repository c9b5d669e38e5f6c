using Bascule.Engine.Rollouts.Canary;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>How many pods the versions of a canary with traffic routing get.</summary>
public sealed class RoutedSizesTests
{
    private const string Dynamic = "\"dynamicStableScale\":true,";
    private const string Aborted = """{"abort":true,"currentStepIndex":0,"canary":{"weights":{"canary":{"weight":CANARY,"podTemplateHash":"new"},"stable":{"weight":STABLE,"podTemplateHash":"stable"}}}}""";

    // TRX-4 and TRX-7 have no ReplicaSets at all in the reference's table. Nothing can be scaled then; what they say is
    // what happens when no step's weight is below what is needed, which is so here.
    [Theory]
    [InlineData("TRX-1", 60, "stable:4/4 new:6/6", 6, 8)]
    [InlineData("TRX-2", 60, "stable:4/4 new:1/1", 6, 8)]
    [InlineData("TRX-3", 60, "stable:8/4 new:2/2", 6, 8)]
    [InlineData("TRX-4", 60, "stable:10/10 new:0/0", 6, 10)]
    [InlineData("TRX-7", 20, "stable:10/10 new:0/0", 2, 10)]
    [InlineData("TRX-7", 10, "stable:10/10 new:0/0", 1, 10)]
    public void Next_DynamicAborted_LeavesPodsWhereTheirTrafficIs_TRX1to4_TRX7_TR7(string row, int weight, string versions, int canary, int stable)
    {
        var at = new TestSituation { Strategy = Dynamic, Steps = """[{"setWeight":20},{"setWeight":60}]""", Status = Recorded(Aborted, weight), Versions = versions }.At;

        Assert.True((canary, stable) == RoutedSizes.Next(at), $"{row}: {RoutedSizes.Next(at)}");
    }

    [Theory]
    [InlineData("TRX-5", 10, 1, 9)]
    [InlineData("TRX-6", 20, 2, 9)]
    public void Next_Dynamic_ShrinksStableBehindItsTraffic_TRX5_TRX6_TR3_TR6(string row, int setWeight, int canary, int stable)
    {
        var at = new TestSituation
        {
            Strategy = Dynamic,
            Steps = $$"""[{"setWeight":{{setWeight}}}]""",
            Status = Recorded(Aborted, 10).Replace("\"abort\":true,", "", StringComparison.Ordinal),
        }.At;

        Assert.True((canary, stable) == RoutedSizes.Next(at), $"{row}: {RoutedSizes.Next(at)}");
    }

    [Theory]
    [InlineData(10, "", 10, "{}", 1, 10)]
    [InlineData(10, "\"minPodsPerReplicaSet\":2,", 5, "{}", 2, 10)]
    [InlineData(1, "\"minPodsPerReplicaSet\":2,", 5, """{"promoteFull":true}""", 1, 1)]
    public void Next_Static_KeepsStableWhole_TRX9_TR2(int replicas, string strategy, int setWeight, string status, int canary, int stable)
    {
        var at = new TestSituation { Replicas = replicas, Strategy = strategy, Steps = $$"""[{"setWeight":{{setWeight}}}]""", Status = status }.At;

        Assert.Equal((canary, stable), RoutedSizes.Next(at));
    }

    // The reference computes the size of an aborted canary and keeps it or not by other code; here it is kept until its
    // deadline in either case, and only without a delay for ever.
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z", 1)]
    [InlineData(30, "1970-01-01T00:00:00Z", 0)]
    [InlineData(30, "1970-01-01T00:00:01Z", 1)]
    public void Next_StaticAborted_KeepsTheScaledCanaryForItsDelay_TRX10(int delay, string deadline, int canary)
    {
        var seen = new TestSituation { Replicas = 1, Strategy = $"\"abortScaleDownDelaySeconds\":{delay},", Steps = """[{"setCanaryScale":{"replicas":1}}]""", Status = """{"abort":true}""", Versions = "stable:1/1 new:1/1" }.Seen;
        var rs = seen.ReplicaSets[1];
        rs = rs with { Meta = rs.Meta with { Annotations = rs.Meta.Annotations.SetItem("scale-down-deadline", deadline) } };

        Assert.Equal((canary, 1), RoutedSizes.Next(Engine.Rollouts.Situation.Of(seen with { ReplicaSets = [seen.ReplicaSets[0], rs] })));
    }

    [Theory]
    [InlineData("""[{"setCanaryScale":{"replicas":3}}]""", "", 3)]
    [InlineData("""[{"setCanaryScale":{"weight":25}}]""", "", 3)]
    [InlineData("""[{"setCanaryScale":{"weight":200}}]""", "", 20)]
    [InlineData("""[{"setCanaryScale":{"weight":50}}]""", "\"maxTrafficWeight\":200,", 3)]
    [InlineData("""[{"setWeight":11}]""", "", 2)]
    [InlineData("""[{"setWeight":0}]""", "", 0)]
    public void Next_CanaryCount_IsTheScaleOrTheWeightRoundedUp_TR1(string steps, string routing, int canary)
    {
        var at = new TestSituation { Steps = steps, Routing = routing, Status = """{"currentStepIndex":0}""" }.At;

        Assert.Equal(canary, RoutedSizes.Next(at).New);
    }

    [Theory]
    [InlineData("""[{"setWeight":50},{"setCanaryScale":{"replicas":3}},{"pause":{}}]""", """{"currentStepIndex":0}""", 5)]
    [InlineData("""[{"setWeight":50},{"setCanaryScale":{"replicas":3}},{"pause":{}}]""", """{"currentStepIndex":2}""", 3)]
    [InlineData("""[{"setWeight":50},{"setCanaryScale":{"replicas":3}},{"pause":{}}]""", """{"currentStepIndex":3}""", 10)]
    [InlineData("""[{"setWeight":50},{"setCanaryScale":{"replicas":3}},{"pause":{}}]""", """{"currentStepIndex":2,"promoteFull":true}""", 10)]
    [InlineData("""[{"setCanaryScale":{"replicas":3}},{"setWeight":50},{"setCanaryScale":{"matchTrafficWeight":true}},{"pause":{}}]""", """{"currentStepIndex":3}""", 5)]
    public void Next_SetCanaryScale_IsInForceFromItsStep_TR4(string steps, string status, int canary)
    {
        var at = new TestSituation { Steps = steps, Status = status }.At;

        Assert.Equal(canary, RoutedSizes.Next(at).New);
    }

    [Fact]
    public void Next_WithoutRouting_KnowsNoSetCanaryScale_TR4()
    {
        var at = new TestSituation { Routed = false, Steps = """[{"setCanaryScale":{"replicas":3}},{"pause":{}}]""", Status = """{"currentStepIndex":1}""" }.At;

        Assert.Equal((0, 10), at.NextSizes);
    }

    [Fact]
    public void Next_WithinSmallLimits_IsNotBoundByThem_TR8()
    {
        var at = new TestSituation { Strategy = "\"maxSurge\":1,\"maxUnavailable\":0,", Steps = """[{"setWeight":80}]""" }.At;

        Assert.Equal((8, 10), RoutedSizes.Next(at));
    }

    [Fact]
    public void Pods_OfAHugeMaximum_DoNotOverflow_TR27()
    {
        var at = new TestSituation { Replicas = 100, Routing = "\"maxTrafficWeight\":2000000000,", Steps = """[{"setWeight":1000000000}]""", Versions = "stable:100/100 new:0/0" }.At;

        Assert.Equal((50, 100), RoutedSizes.Next(at));
    }

    [Theory]
    [InlineData("", "stable:10/9 new:5/5", 10)]
    [InlineData("\"abortScaleDownDelaySeconds\":30,", "stable:10/5 new:5/5", 10)]
    [InlineData("\"abortScaleDownDelaySeconds\":30,", "stable:10/9 new:5/5", 0)]
    [InlineData("\"abortScaleDownDelaySeconds\":0,", "stable:10/9 new:5/5", 10)]
    [InlineData("", "stable:10/2 new:5/5", 50)]
    public void NextLowerWeight_IsBelowWhatStableLacks_TRX8_TR30_VER13(string strategy, string versions, int weight)
    {
        var at = new TestSituation { Strategy = Dynamic + strategy, Steps = """[{"setWeight":10},{"setWeight":50}]""", Status = """{"abort":true}""", Versions = versions }.At;

        Assert.Equal(weight, BackToStable.NextLowerWeight(at, at.New));
    }

    private static string Recorded(string status, int canary) =>
        status.Replace("CANARY", $"{canary}", StringComparison.Ordinal).Replace("STABLE", $"{100 - canary}", StringComparison.Ordinal);
}
