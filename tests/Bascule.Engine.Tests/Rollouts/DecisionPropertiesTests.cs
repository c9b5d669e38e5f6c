using System.Text.Json.Nodes;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using CsCheck;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What must hold for every decision, whatever users and the world do.</summary>
public sealed class DecisionPropertiesTests
{
    private static readonly string[] StepLists =
    [
        "[]",
        """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":30}}]""",
        """[{"pause":{"duration":"10s"}},{"setWeight":50}]""",
        """[{"setWeight":100},{"setWeight":0},{"pause":{}}]""",
    ];

    private static readonly string[] Limits = ["", "\"maxSurge\":1,\"maxUnavailable\":0,", "\"maxSurge\":0,\"maxUnavailable\":1,", "\"maxSurge\":\"50%\",\"maxUnavailable\":\"50%\","];

    [Fact]
    public void Rollouts_UnderRandomActions_KeepTheirPromisesAndConverge()
    {
        var actions = Gen.Int[0, 11].Array[1, 14];
        Gen.Select(Gen.Int[0, StepLists.Length - 1], Gen.Int[0, Limits.Length - 1], Gen.Int[1, 9], actions).Always((steps, limits, replicas, chosen) =>
        {
            var world = TestWorld.Canary(replicas, StepLists[steps], Limits[limits]);
            Observed(world);
            foreach (var action in chosen)
            {
                Act(world, action);
                Observed(world);
            }

            world.BrokenImages.Clear();
            world.Edit(spec => spec["paused"] = false);
            world.PatchStatus("""{"abort":null,"promoteFull":true,"pauseConditions":null}""");
            world.Settle();
            Assert.Equal("Healthy", world.Status.Phase);
        }, count: 300);
    }

    [Fact]
    public void Decide_DamagedStatus_HasAnAnswerAndComesToRest()
    {
        var value = Gen.OneOf(
            Gen.Int[-5, 1000].Select(i => (JsonNode?)JsonValue.Create(i)),
            Gen.String[Gen.Char.AlphaNumeric, 0, 12].Select(s => (JsonNode?)JsonValue.Create(s)),
            Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
            Gen.Const((JsonNode?)null).Select(_ => (JsonNode?)new JsonArray(new JsonObject())),
            Gen.Const((JsonNode?)null).Select(_ => (JsonNode?)new JsonObject { ["x"] = 1 }));
        string[] fields = ["abort", "pauseConditions", "controllerPause", "abortedAt", "currentPodHash", "currentStepHash", "currentStepIndex", "stableRS", "conditions", "collisionCount", "phase", "duration", "canary", "promoteFull", "observedGeneration", "replicas", "restartedAt"];

        Gen.Select(Gen.Int[0, fields.Length - 1], value).Array[1, 6].Always(damages =>
        {
            var world = TestWorld.Canary(3, StepLists[1]);
            world.Settle();
            world.SetImage("v2");
            world.Settle();
            var status = (JsonObject)world.Rollout["status"]!;
            foreach (var (field, damage) in damages)
                status[fields[field]] = damage?.DeepClone();

            var decision = world.Settle();
            Assert.NotEmpty(decision.Reasons);
            Assert.Equal(Text(world.Decide()), Text(world.Decide()));
        }, count: 400);
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
            case 5:
                world.PatchStatus("""{"pauseConditions":null}""");
                break;
            case 6:
                world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
                break;
            case 7:
                world.Edit(spec => spec["replicas"] = (spec["replicas"]!.GetValue<int>() % 9) + 1);
                break;
            case 8:
                world.Edit(spec => spec["paused"] = spec["paused"]?.GetValue<bool>() != true);
                break;
            case 9:
                world.Now += TimeSpan.FromSeconds(40);
                break;
            case 10:
                world.BrokenImages.Add("v2");
                break;
            default:
                world.BrokenImages.Clear();
                break;
        }
    }

    /// <summary>Runs to rest, one pod at a time, and checks every pass.</summary>
    private static void Observed(TestWorld world)
    {
        for (var round = 0; round < 200; round++)
        {
            for (var pass = 0; ; pass++)
            {
                var decision = world.Decide();
                Assert.Equal(Text(decision), Text(world.Decide()));
                Assert.NotEmpty(decision.Reasons);
                if (decision.Effects.IsEmpty)
                {
                    Rests(decision);
                    break;
                }

                Assert.True(pass < 40, $"no fixpoint: {Text(decision)}");
                KeepsPromises(world, decision);
            }

            if (!world.MakePods(most: 1))
                return;
        }

        Assert.Fail("not settled");
    }

    private static void KeepsPromises(TestWorld world, Decision decision)
    {
        var before = world.Observe();
        var limits = Situation.Of(before).Limits;
        var replicas = before.Rollout.Replicas;
        world.Apply(decision);
        if (!decision.Effects.OfType<ScaleReplicaSet>().Any())
            return;
        var after = world.Observe();
        var (total, was) = (after.ReplicaSets.Sum(r => r.Wanted), before.ReplicaSets.Sum(r => r.Wanted));
        Assert.True(total <= Math.Max(was, replicas + limits.Surge), $"{total} pods wanted, allowed {replicas} + {limits.Surge}: {Text(decision)}");
        var (available, had) = (before.ReplicaSets.Sum(r => Math.Min(r.Available, after.ReplicaSets.Single(a => a.Name == r.Name).Wanted)), before.ReplicaSets.Sum(r => Math.Min(r.Available, r.Wanted)));
        Assert.True(available >= Math.Min(had, replicas - limits.Unavailable), $"{available} of {had} available pods left, promised {replicas} - {limits.Unavailable}: {Text(decision)}");
    }

    /// <summary>At rest: healthy, or a person, an object or a time is named that it waits for.</summary>
    private static void Rests(Decision decision) => Assert.True(
        decision.LookAgainAfter is not null || decision.Reasons.Any(r => r.Kind == ReasonKind.Healthy || r.WaitsFor is not null || r.Unblock is not null),
        $"nothing to do, not done, and nothing named: {Text(decision)}");

    private static string Text(Decision decision) =>
        $"{string.Join("; ", decision.Effects.Select(Describe))} | {decision.LookAgainAfter} | {string.Join("; ", decision.Reasons)}";

    private static string Describe(Effect effect) => effect switch
    {
        PatchRolloutStatus patch => $"status {patch.Patch.GetRawText()}",
        ScaleReplicaSet scale => $"scale {scale.Name} {scale.From}->{scale.To}",
        _ => effect.ToString()!,
    };
}
