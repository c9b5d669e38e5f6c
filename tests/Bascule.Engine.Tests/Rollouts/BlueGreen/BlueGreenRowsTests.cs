using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts.BlueGreen;

/// <summary>What a blue-green waits for, and what it does when that has come.</summary>
public sealed class BlueGreenRowsTests
{
    private const string Manual = "\"autoPromotionEnabled\":false,";
    private const string Analysis = """{"templates":[{"templateName":"good"}]}""";

    [Fact]
    public void Stable_AlwaysHasAllItsPods_AlsoWhilePaused_BG4()
    {
        var world = Updated(Manual);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        foreach (var replicas in new[] { 5, 2 })
        {
            world.Edit(spec => spec["replicas"] = replicas);
            world.Settle();
            Assert.Equal($"v1:{replicas} v2:{replicas}", world.Pods);
        }

        world.Edit(spec => { spec["paused"] = true; spec["replicas"] = 4; });
        world.Settle();
        Assert.Equal("v1:4 v2:4", world.Pods);
    }

    [Fact]
    public void NewVersion_WithoutAllItsPods_NeitherPausesNorSwitches_BG5_BG10()
    {
        var world = Deployed(Manual);
        world.SetImage("v2");
        world.Reconcile();
        for (var pods = 1; pods < 3; pods++)
        {
            world.MakePods(most: 1);
            world.Reconcile();
            Assert.Equal(pods, world.ReplicaSet("v2").Available);
            Assert.Empty(world.Status.PauseConditions);
            Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        }

        world.MakePods(most: 1);
        world.Reconcile();
        Assert.Equal(PauseReasons.BlueGreenPause, Assert.Single(world.Status.PauseConditions).Reason);
    }

    [Theory]
    [InlineData("full promotion")]
    [InlineData("the Service leads there already")]
    [InlineData("the Service leads nowhere in particular")]
    public void Pause_WithAShortWay_IsDropped_BG6(string way)
    {
        var world = Updated(Manual);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        var selector = (JsonObject)world.Services["active"]["spec"]!["selector"]!;
        if (way == "full promotion")
            world.PatchStatus("""{"promoteFull":true}""");
        else if (way == "the Service leads there already")
            selector[Labels.PodTemplateHash] = world.ReplicaSet("v2").Hash;
        else
            selector.Remove(Labels.PodTemplateHash);
        world.Settle();

        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Switch_OfAHaltedRollout_IsNotMade_BG10_BG42()
    {
        var world = Updated(Manual);
        world.Edit(spec => spec["paused"] = true);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));

        world.Edit(spec => spec["paused"] = false);
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
    }

    [Fact]
    public void Promotion_SaysWhy_BG17()
    {
        var world = Deployed("");
        Assert.EndsWith(": Initial deploy", Completed(world), StringComparison.Ordinal);
        world.SetImage("v2");
        world.Settle();
        Assert.EndsWith(": Completed blue-green update", Completed(world), StringComparison.Ordinal);
        world.SetImage("v1");
        world.Settle();
        Assert.EndsWith(": Fast rollback", Completed(world), StringComparison.Ordinal);
        world.SetImage("v3");
        world.PatchStatus("""{"promoteFull":true}""");
        world.Apply(world.Decide());
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Contains("(" + world.ReplicaSet("v3").Hash + "): ", Completed(world), StringComparison.Ordinal);
        world.Edit(spec => spec["rollbackWindow"] = new JsonObject { ["revisions"] = 3 });
        world.Now += TimeSpan.FromMinutes(5);
        world.Settle();
        world.SetImage("v1");
        world.Settle();
        Assert.EndsWith(": Rollback within window", Completed(world), StringComparison.Ordinal);
    }

    [Fact]
    public void Promotion_AbortedOrElsewhere_IsNone_BG17()
    {
        var world = Updated(Manual);
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
    }

    [Theory]
    [InlineData(3, 3, "3", true)]
    [InlineData(3, 4, "3", true)]
    [InlineData(3, 2, "3", false)]
    [InlineData(2, 2, "3", false)]
    [InlineData(3, 3, "2", false)]
    [InlineData(3, 3, null, false)]
    public void Saturated_MeansWantedNotedAndAvailable_BG20(int wanted, int available, string? noted, bool saturated)
    {
        var at = Situation.Of(Deployed("").Observe());
        var annotations = noted is null ? at.New!.Meta.Annotations.Remove(Annotations.DesiredReplicas) : at.New!.Meta.Annotations.SetItem(Annotations.DesiredReplicas, noted);

        Assert.Equal(saturated, BlueGreenSizes.IsSaturated(at, at.New with { Wanted = wanted, Available = available, Meta = at.New.Meta with { Annotations = annotations } }));
        Assert.False(BlueGreenSizes.IsSaturated(at, null));
    }

    [Fact]
    public void OldVersion_DuringTheAnalysisAfterTheSwitch_IsLeftAloneUnlessTheSpecSaysHowLong_BG40()
    {
        foreach (var (more, pods) in new[] { ("", "v1:3 v2:3 v3:3"), ("\"scaleDownDelaySeconds\":40,", "v1:0 v2:3 v3:3") })
        {
            var world = Analysed(more);
            world.SetImage("v2");
            world.Settle();
            world.EndRun(world.Runs.Keys.Last(), "Successful");
            world.Settle();
            world.SetImage("v3");
            world.Settle();
            Assert.Equal("v1:3 v2:3 v3:3", world.Pods);
            world.Now += TimeSpan.FromSeconds(41);
            world.Settle();
            Assert.Equal(pods, world.Pods);

            world.EndRun(world.Runs.Keys.Last(), "Successful");
            world.Settle();
            Assert.Equal("v1:0 v2:3 v3:3", world.Pods);
        }
    }

    [Fact]
    public void OldVersion_DuringAnInconclusivePause_IsLeftAlone_BG40()
    {
        var world = Analysed("\"scaleDownDelaySeconds\":40,");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Last(), "Successful");
        world.Settle();
        world.SetImage("v3");
        world.Settle();
        world.EndRun(world.Runs.Keys.Last(), "Inconclusive");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(41);
        world.Settle();
        Assert.Equal("v1:3 v2:3 v3:3", world.Pods);
        Assert.Equal(PauseReasons.InconclusiveAnalysisRun, world.Status.Message);
    }

    [Fact]
    public void OldVersion_WhileItWaits_HasTheWantedSize_BG40()
    {
        var world = Updated("");
        world.Edit(spec => spec["replicas"] = 5);
        world.Settle();
        Assert.Equal("v1:5 v2:5", world.Pods);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:0 v2:5", world.Pods);
    }

    [Fact]
    public void Selectors_AreWhatTheServicesSay_BG41()
    {
        var world = Updated("\"previewService\":\"preview\"," + Manual);
        Assert.Equal((world.ReplicaSet("v1").Hash, world.ReplicaSet("v2").Hash), (world.Status.BlueGreen.ActiveSelector, world.Status.BlueGreen.PreviewSelector));
        world.Edit(spec => spec["paused"] = true);
        world.Services["active"]["spec"]!["selector"]![Labels.PodTemplateHash] = "elsewhere";
        world.Settle();

        Assert.Equal("elsewhere", world.Status.BlueGreen.ActiveSelector);
        Assert.Equal("elsewhere", world.Selected("active"));
    }

    [Fact]
    public void PreviewService_OfAHaltedRollout_IsNotMoved_BG2_BG42()
    {
        var world = Deployed("\"previewService\":\"preview\"," + Manual);
        world.Edit(spec => spec["paused"] = true);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("preview"));
        world.Edit(spec => spec["paused"] = false);
        Assert.Equal("preview", Assert.Single(world.Decide().Effects.OfType<SwitchService>()).Name);
    }

    private static string Completed(TestWorld world)
    {
        var message = world.Emitted.Last(e => e.Message.StartsWith("Rollout completed update", StringComparison.Ordinal)).Message;
        world.Emitted.Clear();
        return message;
    }

    private static TestWorld Deployed(string more)
    {
        var world = TestWorld.BlueGreen(3, more);
        world.Settle();
        return world;
    }

    private static TestWorld Updated(string more)
    {
        var world = Deployed(more);
        world.SetImage("v2");
        world.Settle();
        return world;
    }

    private static TestWorld Analysed(string more)
    {
        var world = TestWorld.BlueGreen(3, $"{more}\"postPromotionAnalysis\":{Analysis},");
        world.AddTemplate("good", """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""");
        world.Settle();
        return world;
    }
}
