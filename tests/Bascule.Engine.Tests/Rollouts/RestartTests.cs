using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class RestartTests
{
    private const string Pause = """[{"setWeight":25},{"pause":{}}]""";

    [Fact]
    public void PodsOlderThanTheInstant_AreReplaced_AndThatIsRecorded_RST1_RST2_RST6_SPEC9_STAT17_PH5_RST8()
    {
        var world = Restarting(TestWorld.Canary(4, "[]"), 0);
        Assert.Equal(4, Outdated(world));
        Assert.Equal(1, Evicted(world));
        Assert.Equal((RolloutPhases.Progressing, "rollout is restarting"), (world.Status.Phase, world.Status.Message));

        world.Settle();

        Assert.Equal(0, Outdated(world));
        Assert.Equal(world.Observe().Rollout.Spec.RestartAt, world.Status.RestartedAt);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Null(world.Decide().LookAgainAfter);
    }

    /// <summary>Each look asks for the same evictions again, so that it must not come at once.</summary>
    [Fact]
    public void ProtectedPods_WhileAStepPluginIsDue_AreAskedForWithPatience()
    {
        var world = TestWorld.Canary(2, """[{"plugin":{"name":"a"}}]""");
        world.Settle();
        world.Now += TimeSpan.FromMinutes(1);
        world.PodsAreProtected = true;
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["restartAt"] = "2026-07-01T12:00:30Z");
        for (var pass = 0; pass < 20 && !world.Decide().Effects.All(e => e is EvictPods); pass++)
            world.Apply(world.Decide());
        var decision = world.Decide();

        Assert.IsType<EvictPods>(Assert.Single(decision.Effects));
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);
    }

    [Fact]
    public void PodCreatedAtTheInstant_IsNewEnough_RST2()
    {
        var world = TestWorld.Canary(2, "[]");
        world.Settle();
        world.Edit(spec => spec["restartAt"] = "2026-07-01T12:00:00Z");
        world.Settle();
        Assert.Equal("2026-07-01T12:00:00.0000000+00:00", $"{world.Status.RestartedAt:o}");
        Assert.All(world.PodsOf("v1"), p => Assert.Null(p["metadata"]!["deletionTimestamp"]));
    }

    [Fact]
    public void FutureInstant_IsWaitedFor_RST1_PH5()
    {
        var world = Restarting(TestWorld.Canary(2, "[]"), 300);
        var decision = world.Settle();

        Assert.Equal(TimeSpan.FromSeconds(300), decision.LookAgainAfter);
        Assert.Contains(decision.Reasons, r => r.Kind == ReasonKind.Restarting);
        Assert.Equal(2, Outdated(world));
        Assert.Equal("rollout is restarting", world.Status.Message);

        world.Now += TimeSpan.FromSeconds(300);
        world.Settle();
        Assert.Equal(0, Outdated(world));
    }

    [Fact]
    public void InstantFarAhead_IsLookedAtEachDay_RST1()
    {
        var world = TestWorld.Canary(2, "[]");
        world.Settle();
        world.Edit(spec => spec["restartAt"] = "9999-12-31T23:59:59Z");
        Assert.Equal(TimeSpan.FromDays(1), world.Settle().LookAgainAfter);
    }

    [Theory]
    [InlineData("\"maxUnavailable\":1,", 1)]
    [InlineData("\"maxUnavailable\":\"75%\",", 3)]
    [InlineData("\"maxUnavailable\":\"100%\",", 4)]
    [InlineData("\"maxSurge\":1,\"maxUnavailable\":0,", 1)]
    public void AsManyAtATimeAsMayBeMissing_AndAtLeastOne_RST3_E2E82(string limits, int evicted)
    {
        var world = Restarting(TestWorld.Canary(4, Pause, limits), 0);
        Assert.Equal(evicted, Evicted(world));
    }

    [Fact]
    public void PodThatIsNotReadyForLongEnough_IsNotAvailable_RST3()
    {
        var world = Restarting(TestWorld.Canary(4, "[]", "\"maxUnavailable\":1,", "\"minReadySeconds\":90,"), 0);
        Assert.Empty(world.Reconcile().Effects.OfType<EvictPods>());
        world.Now += TimeSpan.FromSeconds(30);
        Assert.Equal(1, Evicted(world));
    }

    [Fact]
    public void StableGoesFirst_ThenTheNewVersion_RST5()
    {
        var world = TestWorld.Canary(4, Pause, "\"maxUnavailable\":\"100%\",");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Restart(world, 0);

        var eviction = Assert.Single(world.Decide().Effects.OfType<EvictPods>());
        Assert.Equal(["v1", "v1", "v1", "v2"], eviction.Pods.Select(p => world.ImageOf(p.Name)));
    }

    [Fact]
    public void ProtectedPods_ArePassedOver_AndLookedAtAgainIn30Seconds_RST4_RST6_E2E83()
    {
        var world = TestWorld.Canary(4, Pause, "\"maxUnavailable\":\"100%\",");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Restart(world, 0);
        world.PodsAreProtected = true;

        var decision = world.Decide();
        world.Apply(decision);
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);
        Assert.Equal(4, Outdated(world));

        // Nothing went: what else there is to do is done all the same.
        world.PatchStatus("""{"pauseConditions":null}""");
        for (var pass = 0; pass < 10; pass++)
        {
            world.Apply(world.Decide());
            world.MakePods();
        }

        Assert.Equal("v1:0 v2:4", world.Pods);

        world.PodsAreProtected = false;
        world.Settle();
        Assert.Equal(0, Outdated(world));
    }

    [Fact]
    public void PodOnItsWayOut_CountsButIsNotEvictedAgain_RST4()
    {
        var world = Restarting(TestWorld.Canary(4, "[]", "\"maxUnavailable\":2,"), 0);
        world.Apply(world.Decide());
        Assert.Equal(2, world.PodsOf("v1").Count(p => p["metadata"]!["deletionTimestamp"] is not null));
        world.MakePods(0);

        var decision = world.Reconcile();
        Assert.Empty(decision.Effects);
        Assert.Null(world.Status.RestartedAt);
    }

    [Fact]
    public void Canary_EndsThePassWithoutAStatus_RST7()
    {
        var world = Restarting(TestWorld.Canary(4, Pause), 0);
        var version = world.Rollout["metadata"]!["resourceVersion"]!.GetValue<string>();
        world.Apply(world.Decide());
        Assert.Equal(3, world.ReplicaSet("v1").Available);
        Assert.Equal(version, world.Rollout["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    [Fact]
    public void BlueGreen_GoesOnWithThePass_BG43()
    {
        var world = Restarting(TestWorld.BlueGreen(4, "\"maxUnavailable\":2,"), 0);
        var effects = world.Decide().Effects;
        Assert.Equal(2, Assert.IsType<EvictPods>(effects[0]).Most);
        Assert.False(Assert.IsType<EvictPods>(effects[0]).EndsPass);
        Assert.IsType<PatchRolloutStatus>(effects[1]);

        world.Settle();
        Assert.Equal(0, Outdated(world));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void NewTemplate_CancelsIt_STAT17()
    {
        var world = Restarting(TestWorld.Canary(4, Pause), 3600);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(world.Observe().Rollout.Spec.RestartAt, world.Status.RestartedAt);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void LongAfterCompletion_DoesNotAbort_E2E82()
    {
        var world = TestWorld.Canary(4, Pause, spec: "\"progressDeadlineAbort\":true,");
        world.Settle();
        world.Now += TimeSpan.FromHours(5);
        Restart(world, 0);
        world.Settle();
        Assert.False(world.Status.Abort);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void NobodyLooksAtPods_UnlessThereIsAReason()
    {
        var world = TestWorld.Canary(4, Pause);
        world.Settle();
        Assert.Null(RolloutDecider.PodsWanted(world.ObservePass()));
        Restart(world, 60);
        Assert.Null(RolloutDecider.PodsWanted(world.ObservePass()));
        world.Now += TimeSpan.FromSeconds(60);
        Assert.NotNull(RolloutDecider.PodsWanted(world.ObservePass()));
    }

    private static TestWorld Restarting(TestWorld world, int inSeconds)
    {
        world.Settle();
        Restart(world, inSeconds);
        return world;
    }

    /// <summary>A minute passes, then a user asks for a restart.</summary>
    private static void Restart(TestWorld world, int inSeconds)
    {
        world.Now += TimeSpan.FromSeconds(60);
        world.Edit(spec => spec["restartAt"] = world.Now.AddSeconds(inSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static int Evicted(TestWorld world)
    {
        var before = world.PodsOf("v1").Count();
        world.Reconcile();
        return world.PodsOf("v1").Count(p => p["metadata"]!["deletionTimestamp"] is not null) is var going && going <= before ? going : -1;
    }

    private static int Outdated(TestWorld world) => world.PodsOf("v1").Concat(world.PodsOf("v2"))
        .Count(p => DateTimeOffset.Parse(p["metadata"]!["creationTimestamp"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) < world.Observe().Rollout.Spec.RestartAt);
}
