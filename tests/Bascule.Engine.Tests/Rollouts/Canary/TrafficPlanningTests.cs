using Bascule.Engine.Rollouts.Canary;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>How the traffic of a routed canary is shared out, one situation at a time.</summary>
public sealed class TrafficPlanningTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";
    private const string Dynamic = "\"dynamicStableScale\":true,";

    [Theory]
    [InlineData(0, 0, "stable:10/10 new:0/0", 0)] // TR-14
    [InlineData(0, 0, "stable:10/10 new:2/1", 0)]
    [InlineData(0, 0, "stable:10/10 new:2/2", 20)]
    [InlineData(1, 20, "stable:10/10 new:2/2", 20)]
    [InlineData(2, 20, "stable:10/10 new:6/3", 20)]
    [InlineData(2, 20, "stable:10/10 new:6/6", 60)]
    [InlineData(4, 60, "stable:10/10 new:10/6", 60)]
    [InlineData(4, 60, "stable:10/10 new:10/10", 100)]
    public void Weight_FollowsThePodsOfTheStep_TR16(int step, int recorded, string versions, int weight)
    {
        var plan = Plan(new() { Steps = Steps, Status = Status(step, recorded), Versions = versions });

        Assert.Equal((weight, "new"), (plan.Canary.Weight, plan.Canary.PodTemplateHash));
        Assert.Equal((100 - weight, "stable"), (plan.Stable.Weight, plan.Stable.PodTemplateHash)); // TR-23
    }

    [Theory]
    [InlineData("", 5, 20, 20)]
    [InlineData(Dynamic, 5, 20, 50)]
    [InlineData(Dynamic, 3, 20, 30)]
    [InlineData(Dynamic, 0, 20, 0)]
    public void Weight_OfAFullPromotion_GrowsWithThePodsOrStays_TR15(string strategy, int available, int recorded, int weight)
    {
        var plan = Plan(new() { Strategy = strategy, Steps = Steps, Status = Status(1, recorded, "\"promoteFull\":true,"), Versions = $"stable:10/10 new:10/{available}" });

        Assert.Equal(weight, plan.Canary.Weight);
    }

    // The reference waits until stable has all of the pods for the new share, and then moves everybody at once: one stable
    // pod that never becomes available keeps users on a version that was aborted. Ours goes as far as the pods bear it.
    [Theory]
    [InlineData(10, 0)]
    [InlineData(8, 20)]
    [InlineData(4, 60)]
    [InlineData(1, 60)]
    public void Weight_TakenBack_GoesAsFarAsStableBearsIt_TR18(int stableAvailable, int weight)
    {
        // TR-C-06, TR-MX-22
        var plan = Plan(new() { Steps = Steps, Status = Status(0, 60, "\"abort\":true,"), Versions = $"stable:10/{stableAvailable} new:6/6" });

        Assert.Equal(weight, plan.Canary.Weight);
    }

    [Fact]
    public void Weight_TakenBackOfAHigherMaximum_IsCountedInItsShares_TR18_VER14()
    {
        var plan = Plan(new() { Routing = "\"maxTrafficWeight\":1000,", Steps = """[{"setWeight":600},{"pause":{}}]""", Status = Status(0, 600, "\"abort\":true,"), Versions = "stable:10/8 new:6/6" });

        Assert.Equal((200, 800), (plan.Canary.Weight, plan.Stable.Weight));
    }

    [Fact]
    public void Weight_TakenBackWithEnoughByTheThreshold_GoesAtOnce_TR18()
    {
        var plan = Plan(new() { Strategy = "\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":50},", Steps = Steps, Status = Status(0, 60, "\"abort\":true,"), Versions = "stable:10/5 new:6/6" });

        Assert.Equal(0, plan.Canary.Weight);
    }

    [Fact]
    public void Weight_OfACanaryWhosePodsAreGone_IsNoneWhateverStableHas_TR20_VER14()
    {
        var plan = Plan(new() { Steps = Steps, Status = Status(3, 60), Versions = "stable:10/1 new:6/0" });

        Assert.Equal((0, 100), (plan.Canary.Weight, plan.Stable.Weight));
    }

    [Theory]
    [InlineData("", "stable:10/10 new:5/5", 50, 0)]
    [InlineData(Dynamic, "stable:5/5 new:5/5", 50, 50)]
    [InlineData(Dynamic, "stable:9/9 new:5/5", 50, 10)]
    [InlineData(Dynamic, "stable:9/9 new:1/1", 10, 10)]
    [InlineData(Dynamic, "stable:10/10 new:1/1", 10, 0)]
    public void Weight_OnAbort_NeverRisesAndNeverOutrunsStable_TR31_TR13(string strategy, string versions, int recorded, int weight)
    {
        // TR-C-12
        var at = new TestSituation { Strategy = strategy, Steps = """[{"setWeight":10},{"setWeight":50}]""", Status = Status(0, recorded, "\"abort\":true,"), Versions = versions }.At;

        Assert.Equal(weight, BackToStable.Weight(at, at.New));
    }

    [Fact]
    public void Weight_OnAbortWithoutARecord_IsWhatStableCannotBear_TR31()
    {
        var at = new TestSituation { Strategy = Dynamic, Steps = """[{"setWeight":10},{"setWeight":50}]""", Status = """{"abort":true}""", Versions = "stable:4/4 new:5/5" }.At;

        Assert.Equal(60, BackToStable.Weight(at, at.New));
        Assert.Equal(0, BackToStable.Weight(at, null));
    }

    [Fact]
    public void Services_AndVersions_AreNamedTogetherWithTheirShares_TR21()
    {
        // TR-C-01
        var plan = Plan(new() { Steps = Steps, Status = Status(0, 0), Versions = "stable:10/10 new:2/2" });

        // One value, so that no router can be told of a weight without the version that it is for.
        Assert.Equal(("canary", "new", 20), (plan.Canary.ServiceName, plan.Canary.PodTemplateHash, plan.Canary.Weight));
        Assert.Equal(("stable", "stable", 80), (plan.Stable.ServiceName, plan.Stable.PodTemplateHash, plan.Stable.Weight));
    }

    [Theory]
    [InlineData(0, "stable", Steps, "stable:10/10 new:2/2", true)]
    [InlineData(1, "stable", Steps, "stable:10/10 new:2/2", false)]
    [InlineData(4, "stable", Steps, "stable:10/10 new:10/10", true)]
    [InlineData(4, "stable", Steps, "stable:10/10 new:10/3", false)]
    [InlineData(0, "new", Steps, "new:10/10", false)]
    [InlineData(0, "", Steps, "new:10/10", false)]
    public void Verification_IsDueWhereAStepSetsTheWeight_TR25(int step, string stable, string steps, string versions, bool due)
    {
        var plan = Plan(new() { Steps = steps, Status = Status(step, step == 4 ? 60 : 0), StableHash = stable, Versions = versions });

        Assert.Equal(due, plan.Verify);
    }

    [Theory]
    [InlineData("stable:10/10 new:5/5", "other", "new")]
    [InlineData("old:0/0 stable:10/10 new:0/0", "old", "old")]
    public void Version_WithTrafficThatIsNotTheNewOne_KeepsItsName_TR11(string versions, string carrier, string named)
    {
        var seen = new TestSituation { Steps = Steps, Status = Status(0, 0).Replace("\"new\"", $"\"{carrier}\"", StringComparison.Ordinal), Versions = versions };
        Assert.Equal("new", Plan(seen).Canary.PodTemplateHash);
        if (named == "new")
            return;
        var moving = Plan(seen with { Strategy = Dynamic, Status = Status(0, 50).Replace("\"new\"", $"\"{carrier}\"", StringComparison.Ordinal), Versions = "old:5/5 stable:5/5 new:0/0" });
        Assert.Equal((named, 50), (moving.Canary.PodTemplateHash, moving.Canary.Weight));
    }

    /// <summary>As seed 54283 found it: the step gives the new version less than the overtaken one had, and nobody could answer for the rest.</summary>
    [Theory]
    [InlineData("old:1/0 stable:1/0 new:1/1", 90)]
    [InlineData("stable:1/0 new:1/1", 90)]
    [InlineData("old:1/0 stable:1/1 new:1/1", 0)]
    public void Weight_OfAVersionThatTakesOver_LeavesNothingToAStableVersionWithoutPods_TR18(string versions, int weight)
    {
        var plan = Plan(new() { Replicas = 1, Strategy = Dynamic, Steps = """[{"setWeight":49}]""", Status = Status(0, 90).Replace("\"new\"", "\"old\"", StringComparison.Ordinal), Versions = versions });

        Assert.Equal(weight, plan.Canary.Weight);
    }

    private static TrafficPlan Plan(TestSituation situation) => new TrafficPlanning(situation.At).Plan();

    private static string Status(int step, int canary, string more = "") => $$"""
        { {{more}}"currentStepIndex":{{step}},"canary":{"weights":{"canary":{"weight":{{canary}},"podTemplateHash":"new"},"stable":{"weight":{{100 - canary}},"podTemplateHash":"stable"} } } }
        """;
}
