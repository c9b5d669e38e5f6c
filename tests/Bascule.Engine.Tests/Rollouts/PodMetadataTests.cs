using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class PodMetadataTests
{
    private const string Canary = """
        "canaryMetadata":{"labels":{"role":"canary"},"annotations":{"note":"new"}},"stableMetadata":{"labels":{"role":"stable"}},
        """;

    private const string BlueGreen = """
        "previewMetadata":{"labels":{"role":"preview"}},"activeMetadata":{"labels":{"role":"active"}},"autoPromotionEnabled":false,"scaleDownDelaySeconds":10,
        """;

    private const string Pause = """[{"setWeight":50},{"pause":{}}]""";

    [Fact]
    public void FirstVersion_IsBornWithTheStableMetadata_EPH1()
    {
        var world = TestWorld.Canary(2, Pause, Canary);
        world.Settle();

        Assert.Equal("stable stable", Roles(world, "v1"));
        Assert.Equal("""{"labels":{"role":"stable"}}""", Record(world, "v1"));
        Assert.DoesNotContain("role", world.ReplicaSet("v1").Meta.Labels.Keys);
        Assert.Empty(world.Decide().Effects);
    }

    [Fact]
    public void NewVersion_IsBornWithTheCanaryMetadata_EPH1_NAME1_SPEC55_KEY6()
    {
        var world = Paused();

        Assert.Equal("canary", Roles(world, "v2"));
        Assert.Equal("stable", Roles(world, "v1"));
        Assert.Equal("new", Template(world, "v2")["annotations"]!["note"]!.GetValue<string>());
        Assert.Equal("""{"labels":{"role":"canary"},"annotations":{"note":"new"}}""", Record(world, "v2"));
    }

    [Fact]
    public void Promotion_GivesTheRolesAnew_AndNothingIsRestarted_EPH1_EPH2_EPH3_E2E45()
    {
        var world = Paused();
        var (uid, revision) = (world.PodsOf("v2").Single()["metadata"]!["uid"]!.GetValue<string>(), world.ReplicaSet("v2").Revision);
        world.PodsOf("v2").Single()["metadata"]!["labels"]!["mine"] = "kept";

        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal("stable stable", Roles(world, "v2"));
        var old = world.PodsOf("v2").Single(p => p["metadata"]!["uid"]!.GetValue<string>() == uid)["metadata"]!;
        Assert.Equal("kept", old["labels"]!["mine"]!.GetValue<string>());
        Assert.Null(old["annotations"]?["note"]);
        Assert.Equal("""{"labels":{"role":"stable"}}""", Record(world, "v2"));
        Assert.Null(Record(world, "v1"));
        Assert.Null(Template(world, "v1")["labels"]!["role"]);
        Assert.Equal(revision, world.ReplicaSet("v2").Revision);
        Assert.Empty(world.Decide().Effects);
    }

    [Fact]
    public void BlueGreen_ChangedInPlace_AndSwappedByPromotion_EPH1_EPH2_SPEC39_E2E30()
    {
        var world = TestWorld.BlueGreen(2, BlueGreen);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(("active active", "preview preview"), (Roles(world, "v1"), Roles(world, "v2")));

        world.Edit(spec => spec["strategy"]!["blueGreen"]!["previewMetadata"]!["labels"]!["role"] = "next");
        world.Settle();
        Assert.Equal(("active active", "next next"), (Roles(world, "v1"), Roles(world, "v2")));
        Assert.Equal(2, world.Observe().ReplicaSets.Length);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(("- -", "active active"), (Roles(world, "v1"), Roles(world, "v2")));
        Assert.Equal("v1:2 v2:2", world.Pods);
    }

    [Fact]
    public void BothFieldsRemoved_NothingStays_EPH4()
    {
        var world = Paused();
        world.Edit(spec =>
        {
            var canary = (JsonObject)spec["strategy"]!["canary"]!;
            canary.Remove("canaryMetadata");
            canary.Remove("stableMetadata");
        });
        world.Settle();

        Assert.Equal(("-", "-"), (Roles(world, "v1"), Roles(world, "v2")));
        Assert.Null(Record(world, "v1"));
        Assert.Null(Record(world, "v2"));
        Assert.Null(Engine.Rollouts.RolloutDecider.PodsWanted(world.ObservePass()));
    }

    [Fact]
    public void OtherValues_AreNoNewVersion_EPH5()
    {
        var world = Paused();
        var revision = world.ReplicaSet("v2").Revision;
        world.Edit(spec => spec["strategy"]!["canary"]!["canaryMetadata"]!["labels"]!["role"] = "other");
        world.Settle();

        Assert.Equal("other", Roles(world, "v2"));
        Assert.Equal((2, revision), (world.Observe().ReplicaSets.Length, world.ReplicaSet("v2").Revision));
        Assert.Equal(1, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void TemplateFirst_ThenThePods_EPH2()
    {
        var world = Paused();
        world.Edit(spec => spec["strategy"]!["canary"]!["canaryMetadata"]!["labels"]!["role"] = "other");

        Assert.Collection(
            world.Decide().Effects,
            first => Assert.Equal(world.ReplicaSet("v2").Name, Assert.IsType<PatchReplicaSet>(first).Name),
            second => Assert.Single(Assert.IsType<PatchPods>(second).Pods));
    }

    [Fact]
    public void PodThatLostIt_GetsItBack_ThoughItsReplicaSetIsRight_EPH2_VER14()
    {
        var world = Paused();
        ((JsonObject)world.PodsOf("v2").Single()["metadata"]!["labels"]!).Remove("role");

        // Nobody hears of pods, and the pass ends with them: the next one begins by itself.
        Assert.Equal(TimeSpan.FromSeconds(1), world.Decide().LookAgainAfter);
        world.Settle();
        Assert.Equal("canary", Roles(world, "v2"));
    }

    [Fact]
    public void CrashBeforeThePodsWereCleaned_LeavesNothingBehind_EPH3()
    {
        var world = Paused();
        world.Edit(spec => ((JsonObject)spec["strategy"]!["canary"]!).Remove("canaryMetadata"));

        // Only the ReplicaSet's template is written, then the controller dies.
        world.PatchReplicaSet(Assert.IsType<PatchReplicaSet>(world.Decide().Effects[0]));
        Assert.Equal("canary", Roles(world, "v2"));
        Assert.NotNull(Record(world, "v2"));
        world.Settle();

        Assert.Equal("-", Roles(world, "v2"));
        Assert.Null(Record(world, "v2"));
    }

    [Fact]
    public void RecordIsKept_WhileAPodOfTheOldTemplateMayStillBeMade_EPH3()
    {
        var world = Paused();
        world.Edit(spec => ((JsonObject)spec["strategy"]!["canary"]!).Remove("canaryMetadata"));
        world.Reconcile();

        // The ReplicaSet controller has not seen the new template yet.
        Assert.NotNull(Record(world, "v2"));
        world.Settle();
        Assert.Null(Record(world, "v2"));
    }

    [Fact]
    public void VersionWithoutPods_IsNotSearchedForAny_EPH2()
    {
        var world = Paused();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal([world.ReplicaSet("v2").Hash], Engine.Rollouts.RolloutDecider.PodsWanted(world.ObservePass())!.Value);
    }

    [Fact]
    public void LabelOfTheSelector_IsNotTouched_EPH3()
    {
        var world = TestWorld.Canary(2, Pause, "\"stableMetadata\":{\"labels\":{\"app\":\"other\",\"role\":\"stable\"}},");
        world.Settle();
        Assert.Equal("web", Template(world, "v1")["labels"]!["app"]!.GetValue<string>());
        Assert.Equal("stable stable", Roles(world, "v1"));
    }

    [Fact]
    public void LabelOfTheTemplate_ComesBackWhenTheInjectedOneGoes_EPH3()
    {
        var world = TestWorld.Canary(1, Pause, "\"stableMetadata\":{\"labels\":{\"role\":\"stable\"}},");
        world.Edit(spec => spec["template"]!["metadata"]!["labels"]!["role"] = "own");
        world.Settle();
        Assert.Equal("stable", Roles(world, "v1"));

        world.Edit(spec => ((JsonObject)spec["strategy"]!["canary"]!).Remove("stableMetadata"));
        world.Settle();
        Assert.Equal("own", Roles(world, "v1"));
    }

    private static TestWorld Paused()
    {
        var world = TestWorld.Canary(2, Pause, Canary);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        return world;
    }

    private static string Roles(TestWorld world, string image) =>
        string.Join(' ', world.PodsOf(image).Select(p => p["metadata"]!["labels"]!["role"]?.GetValue<string>() ?? "-"));

    private static string? Record(TestWorld world, string image) => world.ReplicaSet(image).Meta.Annotations.GetValueOrDefault(Annotations.EphemeralMetadata);

    private static JsonNode Template(TestWorld world, string image) => world.Raw(world.ReplicaSet(image).Name)["spec"]!["template"]!["metadata"]!;
}
