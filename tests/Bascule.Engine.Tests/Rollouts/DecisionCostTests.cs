using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What a look at a Rollout costs in memory: it is taken thousands of times, and most find nothing to do.</summary>
public sealed class DecisionCostTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{"duration":1}},{"setWeight":60},{"pause":{}},{"setWeight":80}]""";
    private const int Most = 8_500;

    /// <summary>The plan of the traffic is made and compared in each pass.</summary>
    private const int MostRouted = 10 * 1024;

    [Fact]
    public void Decide_CanaryAtAPause_AllocatesLittle() => Assert.InRange(Allocated(At(TestWorld.Canary(5, Steps))), 0, Most);

    [Fact]
    public void Decide_RoutedCanaryAtAPause_AllocatesLittle() => Assert.InRange(Allocated(At(TestWorld.Routed(5, Steps))), 0, MostRouted);

    [Fact]
    public void Decide_BlueGreenAtItsPause_AllocatesLittle() => Assert.InRange(Allocated(At(TestWorld.BlueGreen(5, "\"autoPromotionEnabled\":false,"))), 0, Most);

    private static RolloutObservation At(TestWorld world)
    {
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        return world.Observe();
    }

    private static long Allocated(RolloutObservation seen)
    {
        const int times = 100;
        for (var i = 0; i < times; i++)
            Assert.Empty(Pass(seen).Effects);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            Pass(seen);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }

    /// <summary>All that a look asks, as the controller does.</summary>
    private static Decision Pass(RolloutObservation seen)
    {
        var pass = RolloutPass.Of(seen with { Traffic = null });
        RolloutDecider.PodsWanted(pass);
        if (RolloutDecider.TrafficWanted(pass) is not null)
            pass = pass.With(seen.Traffic!);
        return RolloutDecider.Decide(pass);
    }
}
