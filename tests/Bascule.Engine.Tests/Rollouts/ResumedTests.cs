using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>That somebody has resumed is not forgotten by a pass that cannot act on it yet (LIFE-34).</summary>
public sealed class ResumedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Canary_ResumedAndScaledAtOnce_GoesOn_LIFE34(bool routed)
    {
        const string steps = """[{"setWeight":25},{"pause":{}},{"setWeight":50},{"setWeight":75},{"pause":{}}]""";
        var world = routed ? TestWorld.Routed(4, steps) : TestWorld.Canary(4, steps);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 8);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();

        Assert.Equal(4, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void Canary_ResumedWhileAUserHoldsIt_GoesOnWhenReleased_LIFE34()
    {
        var world = TestWorld.Canary(4, """[{"setWeight":25},{"pause":{}},{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["paused"] = true);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(1, world.Status.CurrentStepIndex);
        world.Edit(spec => spec["paused"] = false);
        world.Settle();

        Assert.Equal(3, world.Status.CurrentStepIndex);
    }

    [Fact]
    public void BlueGreen_ResumedAndScaledAtOnce_Switches_LIFE34()
    {
        var world = TestWorld.BlueGreen(2, "\"autoPromotionEnabled\":false,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 4);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash), (world.Status.Phase, world.Selected("active")));
    }
}
