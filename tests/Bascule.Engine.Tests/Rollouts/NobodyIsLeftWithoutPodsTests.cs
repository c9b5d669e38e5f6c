using Bascule.Engine.Rollouts.Effects;
using CsCheck;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// No pods are taken away while a Service or the routers still lead to them, whatever users do and however pods come:
/// checked between any two effects. The incumbent takes them in the pass that moves the traffic, and by a deadline that
/// knows nothing of it; users meet 503s at the end of a canary and on abort.
/// </summary>
public sealed class NobodyIsLeftWithoutPodsTests
{
    private static readonly string[] StepLists =
    [
        """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":30}}]""",
        """[{"setWeight":0},{"pause":{}},{"setCanaryScale":{"replicas":1}},{"setWeight":50},{"pause":{}}]""",
        """[{"setCanaryScale":{"weight":25}},{"pause":{}},{"setWeight":75},{"setWeight":10},{"pause":{}}]""",
        """[{"setWeight":50},{"pause":{}},{"setWeight":0},{"pause":{}},{"setWeight":100},{"pause":{}}]""",
        "[]",
    ];

    private static readonly string[] Strategies = ["", "\"dynamicStableScale\":true,", "\"abortScaleDownDelaySeconds\":0,", "\"scaleDownDelaySeconds\":0,", "\"dynamicStableScale\":true,\"abortScaleDownDelaySeconds\":20,"];

    private static readonly string[] Limits = ["", "\"maxSurge\":0,\"maxUnavailable\":1,", "\"maxSurge\":1,\"maxUnavailable\":0,"];

    private static readonly string[] BlueGreens = ["", "\"previewService\":\"preview\",", "\"previewService\":\"preview\",\"autoPromotionEnabled\":false,\"previewReplicaCount\":1,", "\"scaleDownDelaySeconds\":0,\"autoPromotionSeconds\":20,", "\"abortScaleDownDelaySeconds\":10,\"autoPromotionEnabled\":false,"];

    private static readonly Gen<int[]> Actions = Gen.Int[0, 13].Array[1, 12];

    [Fact]
    public void RoutedCanary_BetweenAnyTwoEffects() =>
        Gen.Select(Gen.Int[0, StepLists.Length - 1], Gen.Int[0, Strategies.Length - 1], Gen.Int[1, 6], Actions)
            .Always((steps, strategy, replicas, actions) => Live(TestWorld.Routed(replicas, StepLists[steps], Strategies[strategy]), actions), count: 300);

    [Fact]
    public void BasicCanary_WithServices_BetweenAnyTwoEffects() =>
        Gen.Select(Gen.Int[0, StepLists.Length - 1], Gen.Int[0, Limits.Length - 1], Gen.Int[1, 6], Actions).Always((steps, limits, replicas, actions) =>
        {
            var list = StepLists[steps].Replace("{\"setCanaryScale\":{\"replicas\":1}},", "", StringComparison.Ordinal).Replace("{\"setCanaryScale\":{\"weight\":25}},", "", StringComparison.Ordinal);
            var world = TestWorld.Canary(replicas, list, $"{Limits[limits]}\"canaryService\":\"canary\",\"stableService\":\"stable\",");
            world.AddService("canary");
            world.AddService("stable");
            Live(world, actions);
        }, count: 300);

    [Fact]
    public void BlueGreen_BetweenAnyTwoEffects() =>
        Gen.Select(Gen.Int[0, BlueGreens.Length - 1], Gen.Int[1, 6], Actions)
            .Always((strategy, replicas, actions) => Live(TestWorld.BlueGreen(replicas, BlueGreens[strategy]), actions), count: 300);

    private static void Live(TestWorld world, int[] actions)
    {
        Settle(world, "first deploy");
        foreach (var action in actions)
        {
            Act(world, action);
            Settle(world, $"action {action}");
        }

        world.BrokenImages.Clear();
        world.Edit(spec => { spec["paused"] = false; spec["replicas"] = Math.Max(1, spec["replicas"]!.GetValue<int>()); });
        world.PatchStatus("""{"abort":null,"promoteFull":true,"pauseConditions":null}""");
        Settle(world, "end");
        Assert.Equal("Healthy", world.Status.Phase);
    }

    private static void Act(TestWorld world, int action)
    {
        switch (action)
        {
            case 0 or 1 or 2:
                world.SetImage($"v{action + 1}");
                break;
            case 3:
                world.PatchStatus("""{"abort":true}""");
                break;
            case 4:
                world.PatchStatus("""{"abort":false}""");
                break;
            case 5 or 6:
                world.PatchStatus("""{"pauseConditions":null}""");
                break;
            case 7:
                world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
                break;
            case 8:
                world.Edit(spec => spec["replicas"] = (spec["replicas"]!.GetValue<int>() % 6) + 1);
                break;
            case 9:
                world.Edit(spec => spec["paused"] = spec["paused"]?.GetValue<bool>() != true);
                break;
            case 10 or 11:
                world.Now += TimeSpan.FromSeconds(31);
                break;
            case 12:
                world.BrokenImages.Add("v3");
                break;
            default:
                world.BrokenImages.Clear();
                break;
        }
    }

    private static void Settle(TestWorld world, string after)
    {
        for (var round = 0; round < 200; round++)
        {
            for (var pass = 0; ; pass++)
            {
                var decision = world.Decide();
                if (decision.Effects.IsEmpty)
                    break;
                Assert.True(pass < 40, $"no rest after {after}: {string.Join("; ", decision.Effects)}");
                foreach (var effect in decision.Effects)
                {
                    Check(world, effect, after);
                    Assert.True(effect.Match(world), $"refused: {effect}");
                    AddUp(world);
                }
            }

            if (!world.MakePods(most: 1))
                return;
        }

        Assert.Fail($"not settled after {after}: {world.Pods}");
    }

    private static void Check(TestWorld world, Effect effect, string after)
    {
        if (effect is not ScaleReplicaSet { To: 0 } scale || world.Rollout["spec"]!["replicas"]!.GetValue<int>() == 0)
            return;
        var rs = world.Observe().ReplicaSets.Single(r => r.Name == scale.Name);
        if (rs.Available == 0)
            return;
        // An aborted version has its pods for as long as the spec says, and preview shows it (BG-30). A single pod without
        // surge has to go before another can come.
        var status = world.Status;
        var only = world.Observe().ReplicaSets.Sum(r => r.Wanted) == 1;
        foreach (var service in world.Services.Keys.Where(s => !only && (s != "preview" || !status.Abort)))
            Assert.True(world.Selected(service) != rs.Hash, $"after {after}: {rs.Hash} loses its pods, and Service {service} leads to it");
        if (world.Traffic is not { } traffic)
            return;
        foreach (var share in new[] { traffic.Canary, traffic.Stable })
            Assert.True(share.Weight == 0 || share.PodTemplateHash != rs.Hash, $"after {after}: {rs.Hash} loses its pods, and has a weight of {share.Weight}");
    }

    private static void AddUp(TestWorld world)
    {
        if (world.Traffic is { } traffic)
            Assert.Equal(traffic.FullWeight, traffic.Canary.Weight + traffic.Stable.Weight + traffic.Additional.Sum(a => a.Weight));
    }
}
