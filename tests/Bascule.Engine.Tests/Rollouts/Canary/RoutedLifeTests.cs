using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>Pods, Services and weights of a routed canary from pass to pass: promotion, abort, delays and overtaking versions.</summary>
public sealed class RoutedLifeTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    [Fact]
    public void SetCanaryScale_Dynamic_KeepsStableWhole_TR3()
    {
        var world = AtPause(4, """[{"setCanaryScale":{"replicas":2}},{"pause":{}}]""", "\"dynamicStableScale\":true,");

        Assert.Equal("v1:4 v2:2", world.Pods);
    }

    [Fact]
    public void NoRouters_NoWeights_TR10()
    {
        // TR-C-04
        var world = TestWorld.Canary(2, Steps);
        world.Settle();

        Assert.Null(world.Status.Weights);
        Assert.Null(Engine.Rollouts.RolloutDecider.TrafficWanted(world.ObservePass()));
    }

    [Fact]
    public void Weight_IsSetBeforeItIsRecordedAndTold_TR21_TR23()
    {
        // TR-C-08
        var world = AtPause(5);
        world.PatchStatus("""{"pauseConditions":null}""");
        while (!world.Decide().Effects.Any(e => e is SetTraffic))
        {
            world.Apply(world.Decide());
            world.MakePods();
        }

        var effects = world.Decide().Effects.ToList();
        Assert.True(effects.FindIndex(e => e is SetTraffic) < effects.FindIndex(e => e is PatchRolloutStatus));
        var told = Assert.Single(effects.OfType<EmitEvent>(), e => e.Reason == EventReasons.TrafficWeightUpdated);
        Assert.Equal((false, "Traffic weight updated from 20 to 60"), (told.Warning, told.Message));
        world.Apply(world.Decide());
        Assert.Equal((60, 40), (world.Status.Weights!.Canary.Weight, world.Status.Weights.Stable.Weight));
    }

    [Fact]
    public void Verification_AtTheEnd_KeepsEverybodyUntilItIsSo_TR24()
    {
        // TR-C-13
        var world = AtPause(4);
        Resume(world);
        world.Verified = false;
        Resume(world);
        Assert.Equal("v1:4 v2:4", world.Pods);
        Assert.Equal(100, world.Traffic!.Canary.Weight);
        Assert.NotEqual(world.ReplicaSet("v2").Hash, world.Status.StableRS);
        Assert.Equal(TimeSpan.FromSeconds(10), world.Decide().LookAgainAfter);

        world.Verified = true;
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void Services_OfABasicCanary_GoBackOnAbort_TR40()
    {
        var world = TestWorld.Canary(4, Steps, "\"canaryService\":\"canary\",\"stableService\":\"stable\",");
        world.AddService("canary");
        world.AddService("stable");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v1").Hash), (world.Selected("canary"), world.Selected("stable")));
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal((world.ReplicaSet("v1").Hash, world.ReplicaSet("v1").Hash), (world.Selected("canary"), world.Selected("stable")));
    }

    [Fact]
    public void AbortDelay_Explicit_HoldsThePodsUntilItsSecond_TR44_E2E54()
    {
        var world = AtPause(4, """[{"setWeight":75},{"pause":{}}]""", "\"dynamicStableScale\":true,\"abortScaleDownDelaySeconds\":60,");
        Assert.Equal("v1:1 v2:3", world.Pods);
        world.PatchStatus("""{"abort":true}""");
        world.Reconcile();
        // Stable grows first; until it can bear users they stay where their pods are.
        Assert.Equal("v1:4 v2:3", world.Pods);
        Assert.Equal(75, world.Traffic!.Canary.Weight);
        Assert.False(world.ReplicaSet("v2").HasScaleDownDeadline);

        var decision = world.Settle();
        Assert.Equal("v1:4 v2:3", world.Pods);
        Assert.Equal(0, world.Traffic.Canary.Weight);
        Assert.Equal(world.Now.AddSeconds(60), world.ReplicaSet("v2").ScaleDownDeadline);
        Assert.Equal(TimeSpan.FromSeconds(60), decision.LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(59);
        Assert.Empty(world.Decide().Effects);
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal("v1:4 v2:0", world.Pods);
        Assert.False(world.ReplicaSet("v2").HasScaleDownDeadline); // TR-52
    }

    [Fact]
    public void AbortDelay_StableNotWhole_DoesNotBegin_TR44()
    {
        var world = AtPause(4);
        world.Crash("v1");
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        // Nobody takes the canary's pods while they are the ones that answer.
        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.False(world.ReplicaSet("v2").HasScaleDownDeadline);
        Assert.Equal(20, world.Traffic!.Canary.Weight);
    }

    [Fact]
    public void AbortDelay_Scaled_KeepsTheWantedNumberInStep_TR44_VER13()
    {
        var world = AtPause(4);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 6);
        world.Settle();

        Assert.Equal("v1:6 v2:1", world.Pods);
        Assert.Equal(6, world.ReplicaSet("v2").DesiredReplicas);
        Assert.True(world.ReplicaSet("v2").HasScaleDownDeadline);
    }

    [Fact]
    public void Deadline_FartherAwayThanAnyResync_IsKept_TR46()
    {
        var world = AtPause(4, Steps, "\"abortScaleDownDelaySeconds\":86400,");
        world.PatchStatus("""{"abort":true}""");

        Assert.Equal(TimeSpan.FromDays(1), world.Settle().LookAgainAfter);
        Assert.Equal("v1:4 v2:1", world.Pods);
    }

    [Fact]
    public void Abort_Dynamic_TakesPodsOnlyBehindTheirTraffic_TR47()
    {
        var world = AtPause(10, """[{"setWeight":10},{"setWeight":40},{"setWeight":80},{"pause":{}}]""", "\"dynamicStableScale\":true,");
        Assert.Equal("v1:2 v2:8", world.Pods);
        world.PatchStatus("""{"abort":true}""");
        var (weight, seen) = (80, new List<int>());
        for (var pass = 0; pass < 100; pass++)
        {
            world.Apply(world.Decide());
            if (pass % 3 == 2)
                world.MakePods(most: 1);
            var now = world.Traffic!.Canary.Weight;
            Assert.True(now <= weight, $"{now} after {weight}");
            if (now != weight)
                seen.Add(now);
            weight = now;
            var (stable, canary) = (world.ReplicaSet("v1"), world.ReplicaSet("v2"));
            Assert.True(Math.Min(canary.Available, canary.Wanted) * 10 >= weight, $"{canary.Wanted} pods for {weight} %");
            Assert.True(Math.Min(stable.Available, stable.Wanted) * 10 >= 100 - weight, $"{stable.Available} pods for {100 - weight} %");
        }

        Assert.True(seen.Count > 1, "in steps");
        Assert.Equal((0, "v1:10 v2:0"), (weight, world.Pods));
    }

    [Theory]
    [InlineData("canary")]
    [InlineData("stable")]
    public void OldVersion_ThatAServiceLeadsTo_KeepsItsPods_TR48(string service)
    {
        var world = AtPause(4);
        var old = world.ReplicaSet("v2").Hash;
        world.BrokenImages.Add("v3");
        world.SetImage("v3");
        world.Services[service]["spec"]!["selector"]![Labels.PodTemplateHash] = old;
        for (var pass = 0; pass < 20; pass++)
        {
            world.Apply(world.Decide());
            if (world.Selected(service) == old)
                Assert.Equal(1, world.ReplicaSet("v2").Wanted);
        }
    }

    [Fact]
    public void OldVersion_ThatTheRecordedWeightsName_KeepsItsPods_TR48()
    {
        var world = AtPause(4);
        world.SetImage("v3");
        for (var pass = 0; pass < 30; pass++)
        {
            var before = world.Status.Weights!;
            world.Apply(world.Decide());
            if (before.Canary.PodTemplateHash == world.ReplicaSet("v2").Hash)
                Assert.Equal(1, world.ReplicaSet("v2").Wanted);
        }

        world.Settle();
        Assert.Equal("v1:4 v2:0 v3:1", world.Pods); // TR-51
    }

    [Fact]
    public void OldStable_Dynamic_HasNothingToKeep_TR49()
    {
        var world = AtPause(4, Steps, "\"dynamicStableScale\":true,");
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal("v1:0 v2:4", world.Pods);
        Assert.Null(world.Decide().LookAgainAfter);
    }

    [Fact]
    public void OldStable_Promoted_KeepsItsPresentSizeForTheDelay_TR49_TR50()
    {
        var world = AtPause(4, Steps, "\"scaleDownDelaySeconds\":90,");
        world.PatchStatus("""{"promoteFull":true}""");
        Assert.Equal(TimeSpan.FromSeconds(90), world.Settle().LookAgainAfter);
        world.Edit(spec => spec["replicas"] = 2);
        world.Settle();
        Assert.Equal("v1:4 v2:2", world.Pods);
        world.Now += TimeSpan.FromSeconds(90);
        world.Settle();
        Assert.Equal("v1:0 v2:2", world.Pods);
    }

    [Fact]
    public void OldVersions_BeyondTheRevisionLimit_GoAtOnce_TR50_E2E48()
    {
        var world = AtPause(1, "[]", "\"scaleDownDelaySeconds\":600,\"scaleDownDelayRevisionLimit\":1,");
        Assert.Equal("v1:1 v2:1", world.Pods);
        world.SetImage("v3");
        world.Settle();
        Assert.Equal("v1:0 v2:1 v3:1", world.Pods);

        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:0 v2:1 v3:1", world.Pods);
        Assert.False(world.ReplicaSet("v2").HasScaleDownDeadline); // TR-52
        Assert.Equal((4, world.Now.AddSeconds(600)), (world.ReplicaSet("v2").Revision, world.ReplicaSet("v3").ScaleDownDeadline));
    }

    [Fact]
    public void Deadline_ThatCannotBeRead_IsOver_TR50()
    {
        var world = AtPause(2, "[]");
        world.Annotate("v1", Annotations.ScaleDownDeadline, "soon");
        world.Settle();

        Assert.Equal("v1:0 v2:2", world.Pods);
    }

    [Fact]
    public void Overtaken_Version_GoesAtOnce_AndTheNextStartsAtItsFirstStep_TR51_TR54_E2E52_E2E115()
    {
        var world = AtPause(10, """[{"setWeight":10},{"pause":{}},{"setWeight":30},{"pause":{}}]""");
        Resume(world);
        Assert.Equal("v1:10 v2:3", world.Pods);
        world.SetImage("v3");
        world.Settle();

        Assert.Equal("v1:10 v2:0 v3:1", world.Pods);
        Assert.Equal((10, world.ReplicaSet("v3").Hash), (world.Traffic!.Canary.Weight, world.Traffic.Canary.PodTemplateHash));
        Assert.Equal((RolloutPhases.Paused, 1), (world.Status.Phase, world.Status.CurrentStepIndex));
    }

    [Fact]
    public void Back_WithinTheDelay_TakesUpThePodsThatAreStillThere_TR52()
    {
        var world = AtPause(4, "[]");
        Assert.True(world.ReplicaSet("v1").HasScaleDownDeadline);
        world.SetImage("v1");
        for (var pass = 0; pass < 20; pass++)
        {
            world.Apply(world.Decide());
            Assert.Equal(4, world.ReplicaSet("v1").Wanted);
        }

        world.Settle();
        Assert.False(world.ReplicaSet("v1").HasScaleDownDeadline);
        Assert.True(world.ReplicaSet("v2").HasScaleDownDeadline);
    }

    // The overtaken version keeps its pods until its traffic is gone, which must not wait for its pods to go.
    [Theory]
    [InlineData("v1")]
    [InlineData("v3")]
    public void Overtaken_DynamicVersion_OfSeveralSteps_IsLeftToTheEnd_TR11_TR30_TR54(string next)
    {
        var world = AtPause(4, """[{"setWeight":25},{"setWeight":50},{"setWeight":75},{"pause":{}}]""", "\"dynamicStableScale\":true,");
        Assert.Equal("v1:1 v2:3", world.Pods);
        world.SetImage(next);
        world.Settle();

        Assert.Equal(next == "v1" ? "v1:4 v2:0" : "v1:1 v2:0 v3:3", world.Pods);
        Assert.Equal(next == "v1" ? 0 : 75, world.Traffic!.Canary.Weight);
    }

    [Fact]
    public void HeaderAndMirrorSteps_CompleteAtOnce_AlsoInAFirstRevision_MR3()
    {
        // TR-C-07
        const string steps = """[{"setWeight":25},{"setHeaderRoute":{"name":"a","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}},{"setMirrorRoute":{"name":"b","percentage":50,"match":[{"path":{"prefix":"/"}}]}},{"pause":{}}]""";
        var world = AtPause(4, steps, routing: "\"managedRoutes\":[{\"name\":\"b\"},{\"name\":\"a\"}],");

        Assert.Equal(3, world.Status.CurrentStepIndex);
        Assert.Equal(["b", "a"], world.Traffic!.Routes.Select(r => r.Name));

        // A first revision has no canary to send anybody to: the call is left out, and the steps are done all the same.
        world.Rollout["metadata"]!["annotations"]![Annotations.Revision] = "1";
        Assert.Empty(Engine.Rollouts.RolloutDecider.TrafficWanted(world.ObservePass())!.Routes);
    }

    [Theory]
    [InlineData("""{"abort":true}""")]
    [InlineData("""{"promoteFull":true}""")]
    public void Routes_NotNamedInManagedRoutes_AreNeverAskedFor_MR4_MR1(string end)
    {
        const string steps = """[{"setWeight":25},{"setHeaderRoute":{"name":"a","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}},{"pause":{}}]""";
        var world = AtPause(4, steps, routing: "\"managedRoutes\":[{\"name\":\"a\"},{\"name\":\"unused\"}],");
        Assert.Equal(["a"], world.Traffic!.Routes.Select(r => r.Name));
        world.PatchStatus(end);
        world.Settle();
        Assert.Empty(world.Traffic.Routes);
    }

    [Fact]
    public void PingPong_OfAPlugin_ShiftsBetweenItsPair_PP4_VER5()
    {
        var world = TestWorld.Canary(2, Steps, """
            "pingPong":{"pingService":"ping","pongService":"pong"},"trafficRouting":{"managedRoutes":[{"name":"m"}],"plugins":{"memory":{}}},
            """);
        world.AddService("ping");
        world.AddService("pong");
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal((20, 80), (world.Traffic!.Canary.Weight, world.Traffic.Stable.Weight));
        Assert.Equal(("pong", "ping"), (world.Traffic.PingPong!.Canary, world.Traffic.PingPong.Stable));
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v1").Hash), (world.Selected("pong"), world.Selected("ping")));
    }

    [Fact]
    public void MirrorRoute_OfAPlugin_IsAskedForAndTakenBack_VER5()
    {
        const string mirror = """[{"setWeight":25},{"setMirrorRoute":{"name":"m","percentage":50,"match":[{"path":{"prefix":"/"}}]}},{"pause":{}}]""";
        var world = TestWorld.Canary(4, mirror, """
            "canaryService":"canary","stableService":"stable","trafficRouting":{"managedRoutes":[{"name":"m"}],"plugins":{"memory":{}}},
            """);
        world.AddService("canary");
        world.AddService("stable");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("m", Assert.Single(world.Traffic!.Routes).Name);

        Resume(world);

        Assert.Empty(world.Traffic.Routes);
    }

    [Fact]
    public void Routes_OfHeadersAndMirrors_EndWithTheUpdate_MR1_VER6()
    {
        // TR-C-22, GC-12
        var world = AtPause(4, """[{"setWeight":25},{"setHeaderRoute":{"name":"a","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}},{"setMirrorRoute":{"name":"b","percentage":50,"match":[{"path":{"prefix":"/"}}]}},{"pause":{}}]""", routing: "\"managedRoutes\":[{\"name\":\"a\"},{\"name\":\"b\"}],");
        Assert.Equal(["a", "b"], world.Traffic!.Routes.Select(r => r.Name));

        Resume(world);

        Assert.Empty(world.Traffic.Routes);
        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash, 0), (world.Status.Phase, world.Status.StableRS, world.Traffic.Canary.Weight));
    }

    [Fact]
    public void PingPong_WithServicesForAMeshBesideIt_GivesRoutersBoth_PP4_E2E26()
    {
        // TR-C-24
        var world = TestWorld.Routed(2, Steps, "\"pingPong\":{\"pingService\":\"ping\",\"pongService\":\"pong\"},");
        world.AddService("ping");
        world.AddService("pong");
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal(("canary", "stable"), (world.Traffic!.Canary.ServiceName, world.Traffic.Stable.ServiceName));
        Assert.Equal(("pong", "ping"), (world.Traffic.PingPong!.Canary, world.Traffic.PingPong.Stable));
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v2").Hash), (world.Selected("canary"), world.Selected("pong")));
        Assert.Equal((world.ReplicaSet("v1").Hash, world.ReplicaSet("v1").Hash), (world.Selected("stable"), world.Selected("ping")));
    }

    // Istio's subsets change their version before the weights: nobody may be sent to a version that cannot bear it.
    [Theory]
    [InlineData("", "v1")]
    [InlineData("", "v3")]
    [InlineData("\"dynamicStableScale\":true,", "v1")]
    [InlineData("\"dynamicStableScale\":true,", "v3")]
    public void Version_OfAShare_ChangesWhileNobodyIsSentThereOrToAWholeOne_TRIST34(string strategy, string next)
    {
        var world = AtPause(4, Steps, strategy);
        world.SetImage(next);
        Watch(world);
        world.PatchStatus("""{"promoteFull":true}""");
        Watch(world);
        world.SetImage("v4");
        Watch(world);
        world.PatchStatus("""{"abort":true}""");
        Watch(world);

        static void Watch(TestWorld world)
        {
            for (var pass = 0; pass < 40; pass++)
            {
                var before = world.Traffic!;
                world.Apply(world.Decide());
                world.MakePods(most: 1);
                var now = world.Traffic!;
                Assert.True(now.Canary.PodTemplateHash == before.Canary.PodTemplateHash || before.Canary.Weight == 0, $"canary changed at {before.Canary.Weight}");
                if (now.Stable.PodTemplateHash != before.Stable.PodTemplateHash && before.Stable.Weight > 0)
                    Assert.Equal((world.Status.StableRS, 4), (now.Stable.PodTemplateHash, new[] { "v1", "v2", "v3" }.Select(world.ReplicaSets).Single(r => r?.Hash == now.Stable.PodTemplateHash)!.Available));
            }
        }
    }

    private static void Resume(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }

    private static TestWorld AtPause(int replicas, string steps = Steps, string more = "", string routing = "")
    {
        var world = TestWorld.Routed(replicas, steps, more, routing);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        return world;
    }
}
