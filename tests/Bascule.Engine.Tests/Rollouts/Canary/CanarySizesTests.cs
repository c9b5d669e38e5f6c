using Bascule.Engine.Rollouts.Canary;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>The share of the new version that pods are sized for, and when the pods are as a step wants them.</summary>
public sealed class CanarySizesTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    [Theory]
    [InlineData(Steps, """{"promoteFull":true,"currentStepIndex":0}""", "stable", 100)]
    [InlineData(Steps, """{"currentStepIndex":0}""", "new", 100)]
    [InlineData(Steps, """{"abort":true,"currentStepIndex":2}""", "stable", 0)]
    [InlineData("[]", "{}", "stable", 100)]
    [InlineData(Steps, """{"currentStepIndex":4}""", "stable", 100)]
    [InlineData(Steps, """{"currentStepIndex":0}""", "stable", 20)]
    [InlineData(Steps, """{"currentStepIndex":1}""", "stable", 20)]
    [InlineData(Steps, """{"currentStepIndex":3}""", "stable", 60)]
    [InlineData("""[{"pause":{}},{"setWeight":60}]""", """{"currentStepIndex":0}""", "stable", 0)]
    [InlineData(Steps, "{}", "stable", 20)]
    public void DesiredWeight_ByStatusAndSteps_BC1_TR5(string steps, string status, string stable, int weight)
    {
        foreach (var routed in new[] { false, true })
            Assert.Equal(weight, CanarySizes.DesiredWeight(new TestSituation { Routed = routed, Steps = steps, Status = status, StableHash = stable }.At));
    }

    [Theory]
    [InlineData("new:3/3", 100)]
    [InlineData("old:3/0 new:3/0", 100)]
    [InlineData("old:3/3 new:10/10", 100)]
    [InlineData("old:3/3 new:3/3", 20)]
    public void DesiredWeight_NoStableVersionRecorded_IsEverythingUnlessAnotherServesInstead_BC1_LIFE1(string versions, int weight)
    {
        foreach (var routed in new[] { false, true })
            Assert.Equal(weight, CanarySizes.DesiredWeight(new TestSituation { Routed = routed, Steps = Steps, Status = """{"currentStepIndex":0}""", StableHash = "", Versions = versions }.At));
    }

    [Fact]
    public void DesiredWeight_OfAnAbortedDynamicCanary_IsTheNextLowerOne_TR5()
    {
        var at = new TestSituation { Strategy = "\"dynamicStableScale\":true,", Steps = Steps, Status = """{"abort":true}""", Versions = "stable:4/4 new:6/6" }.At;

        Assert.Equal(20, CanarySizes.DesiredWeight(at));
    }

    [Fact]
    public void DesiredWeight_WithAnotherMaximum_IsInItsUnits_BC1()
    {
        var at = new TestSituation { Routing = "\"maxTrafficWeight\":1000,", Steps = "[]" }.At;

        Assert.Equal(1000, CanarySizes.DesiredWeight(at));
    }

    [Theory]
    [InlineData("", "new", "other:0/0 new:10/10", 10, 0)]
    [InlineData("", "", "new:3/3", 10, 0)]
    public void Sizes_WithoutAnotherStableVersion_AreAllNew_BC4(string strategy, string stable, string versions, int newSize, int stableSize)
    {
        var at = new TestSituation { Routed = false, Strategy = strategy, StableHash = stable, Versions = versions, Steps = Steps }.At;

        Assert.Equal((newSize, stableSize), at.NextSizes);
    }

    [Fact]
    public void Sizes_OfAFullPromotion_StayWithinSurgeAndAvailability_BC17()
    {
        var at = new TestSituation { Routed = false, Replicas = 4, Strategy = "\"maxSurge\":3,\"maxUnavailable\":0,", Steps = Steps, Status = """{"promoteFull":true}""", Versions = "stable:4/4 new:0/0" }.At;

        Assert.Equal((3, 4), at.NextSizes);
    }

    [Theory]
    [InlineData(false, "", "stable:8/8 new:2/2", true)]
    [InlineData(false, "", "stable:8/8 new:2/1", false)]
    [InlineData(false, "", "stable:9/9 new:2/2", false)]
    [InlineData(false, "", "stable:8/6 new:2/2", true)]
    [InlineData(false, "", "old:1/1 stable:8/8 new:2/2", false)]
    [InlineData(false, "", "old:1/0 stable:8/8 new:2/2", true)]
    [InlineData(true, "", "stable:10/10 new:2/2", true)]
    [InlineData(true, "", "old:5/5 stable:10/10 new:2/2", true)]
    [InlineData(true, "", "stable:8/8 new:2/2", false)]
    [InlineData(true, "\"dynamicStableScale\":true,", "stable:10/10 new:2/2", true)]
    [InlineData(true, "\"dynamicStableScale\":true,", "stable:9/0 new:2/2", true)]
    public void AtDesiredCounts_ByPods_BC11(bool routed, string strategy, string versions, bool reached)
    {
        var at = new TestSituation { Routed = routed, Strategy = strategy, Steps = Steps, Status = """{"currentStepIndex":0}""", Versions = versions }.At;

        Assert.Equal(reached, CanarySizes.AtDesiredCounts(at));
    }

    [Theory]
    [InlineData(false, "old:2/2 stable:7/0 new:2/2", "1969-12-31T00:00:00Z", true)]
    [InlineData(false, "old:2/2 stable:7/0 new:2/2", "1970-01-01T00:00:00Z", false)]
    [InlineData(false, "old:2/2 stable:7/0 new:2/1", "1969-12-31T00:00:00Z", false)]
    [InlineData(false, "old:2/2 stable:7/1 new:2/2", "1969-12-31T00:00:00Z", false)]
    [InlineData(true, "stable:10/0 new:6/6", "1969-12-31T00:00:00Z", true)]
    [InlineData(true, "stable:10/0 new:6/6", "1970-01-01T00:00:00Z", false)]
    public void AtDesiredCounts_StableVersionDownPastTheDeadline_AsksForTheNewOneOnly_BC11(bool routed, string versions, string progressed, bool reached)
    {
        var status = $$"""{"currentStepIndex":0,"conditions":[{"type":"Progressing","status":"True","reason":"ReplicaSetUpdated","lastUpdateTime":"{{progressed}}"}]}""";
        var at = new TestSituation { Routed = routed, Steps = Steps, Status = status, Versions = versions }.At;

        Assert.Equal(reached, CanarySizes.AtDesiredCounts(at));
    }

    [Theory]
    [InlineData("", 4, "new:4/4", true)]
    [InlineData("", 4, "new:4/3", false)]
    [InlineData("", 4, "new:5/5", false)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Pod\",\"value\":-1},", 4, "new:4/3", false)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":75},", 4, "new:4/3", true)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":76},", 4, "new:4/3", false)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":90},", 0, "new:4/0", true)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":70},", 10, "new:10/7", true)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Pod\",\"value\":2},", 4, "new:4/2", true)]
    [InlineData("\"replicaProgressThreshold\":{\"type\":\"Pod\",\"value\":2},", 4, "new:4/1", false)]
    public void IsEnough_ByThreshold_BC12(string strategy, int desired, string versions, bool enough)
    {
        var at = new TestSituation { Routed = false, Strategy = strategy, Steps = Steps, Versions = versions }.At;

        Assert.Equal(enough, CanarySizes.IsEnough(at, at.New, desired));
        Assert.False(CanarySizes.IsEnough(at, null, desired));
    }
}
