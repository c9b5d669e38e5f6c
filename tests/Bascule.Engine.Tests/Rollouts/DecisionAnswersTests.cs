using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using CsCheck;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// Whatever is observed, there is an answer: something to do, or for everything that is waited for a time to look again, an
/// object that exists, or what a person must do. Random specs and statuses (also damaged ones), ReplicaSets, Services, runs,
/// Experiments, workloads, restarts, step plugins and traffic.
/// </summary>
public sealed class DecisionAnswersTests
{
    private const string Analysis = """{"templates":[{"templateName":"t"}]}""";

    private static readonly string[] Steps =
    [
        "[]",
        """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":30}}]""",
        """[{"analysis":{"templates":[{"templateName":"t"}]}},{"setWeight":50}]""",
        """[{"setWeight":100},{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":10}]}},{"pause":{}}]""",
        """[{"setWeight":100},{"setWeight":0},{"pause":{"duration":"bad"}}]""",
        """[{"plugin":{"name":"a"}},{"setWeight":50},{"plugin":{"name":"b"}},{"pause":{}}]""",
        """[{"experiment":{"duration":"20s","templates":[{"name":"a","specRef":"stable"}],"analyses":[{"name":"x","templateName":"t"}]}},{"analysis":{"templates":[{"templateName":"t"}]}},{"setWeight":40}]""",
        """[{"experiment":{"templates":[{"name":"a","specRef":"nobody"}]}},{"analysis":{"templates":[]}},{"pause":{"duration":0}}]""",
    ];

    private static readonly string[] RoutedSteps =
    [
        .. Steps,
        """[{"setCanaryScale":{"replicas":2}},{"setWeight":10},{"setHeaderRoute":{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"1"}}]}},{"pause":{},"setCanaryScale":{"weight":50}},{"setHeaderRoute":{"name":"r"}}]""",
        """[{"setWeight":20},{"setMirrorRoute":{"name":"r","match":[{"method":{"exact":"GET"}}],"percentage":50}},{"setCanaryScale":{"matchTrafficWeight":true},"experiment":{"templates":[{"name":"a","specRef":"canary"}]}},{"plugin":{"name":"a"},"setCanaryScale":{"weight":0}},{"setWeight":70}]""",
    ];

    private static readonly string[] CanaryFields =
    [
        "", "\"maxSurge\":1,\"maxUnavailable\":0,", "\"maxSurge\":\"50%\",\"maxUnavailable\":\"50%\",", "\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":50},",
        $"\"analysis\":{Analysis},", "\"maxSurge\":0,\"maxUnavailable\":1,", "\"canaryMetadata\":{\"labels\":{\"role\":\"canary\"}},\"stableMetadata\":{\"annotations\":{\"role\":\"stable\"}},",
    ];

    private static readonly string[] RoutedFields =
    [
        .. CanaryFields, "\"dynamicStableScale\":true,", "\"scaleDownDelaySeconds\":0,", "\"abortScaleDownDelaySeconds\":0,", "\"minPodsPerReplicaSet\":2,", "\"dynamicStableScale\":true,\"abortScaleDownDelaySeconds\":5,",
        "\"pingPong\":{\"pingService\":\"ping\",\"pongService\":\"pong\"},",
    ];

    private static readonly string[] BlueGreenFields =
    [
        "", "\"autoPromotionEnabled\":false,", "\"autoPromotionSeconds\":20,\"previewService\":\"preview\",", "\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,", "\"scaleDownDelaySeconds\":0,",
        "\"abortScaleDownDelaySeconds\":0,\"autoPromotionEnabled\":false,", "\"scaleDownDelayRevisionLimit\":1,", $"\"prePromotionAnalysis\":{Analysis},", $"\"postPromotionAnalysis\":{Analysis},\"previewReplicaCount\":4,",
    ];

    private static readonly string[] SpecFields =
    [
        "", "\"progressDeadlineSeconds\":30,\"progressDeadlineAbort\":true,", "\"restartAt\":\"2026-07-01T12:00:10Z\",\"minReadySeconds\":5,", "\"rollbackWindow\":{\"revisions\":2},",
        "\"revisionHistoryLimit\":0,\"analysis\":{\"successfulRunHistoryLimit\":0,\"unsuccessfulRunHistoryLimit\":0},",
    ];

    private static readonly string[] ScaleDowns = ["", "never", "onsuccess", "progressively"];

    private static readonly Gen<(int Turn, int Value)[]> Turns = Gen.Select(Gen.Int[0, RandomTurns.Count - 1], Gen.Int[0, 1000]).Array[1, 12];

    [Fact]
    public void Decide_AnyCanary_Answers() => Answers(
        Steps, CanaryFields, (steps, field, spec, replicas) => TestWorld.Canary(replicas, steps, field, spec));

    [Fact]
    public void Decide_AnyRoutedCanary_Answers() => Answers(
        RoutedSteps, RoutedFields, (steps, field, spec, replicas) => TestWorld.Routed(replicas, steps, field, "\"managedRoutes\":[{\"name\":\"r\"}],", spec));

    [Fact]
    public void Decide_AnyBlueGreen_Answers() => Answers(
        [""], BlueGreenFields, (_, field, spec, replicas) => TestWorld.BlueGreen(replicas, field, spec));

    [Fact]
    public void Decide_AnyRolloutThatRefersToAWorkload_Answers() => Answers(
        ["", .. Steps], ScaleDowns, (steps, scaleDown, _, replicas) => TestWorld.Referring(replicas, steps, scaleDown));

    private static void Answers(string[] steps, string[] fields, Func<string, string, string, int, TestWorld> make) =>
        Gen.Select(Gen.Int[0, steps.Length - 1], Gen.Int[0, fields.Length - 1], Gen.Select(Gen.Int[0, SpecFields.Length - 1], Gen.Int[0, 5]), Turns).Always(
            (step, field, size, turns) =>
            {
                var world = make(steps[step], fields[field], SpecFields[size.Item1], size.Item2);
                RandomTurns.Equip(world);
                Observed(world);
                foreach (var (turn, value) in turns)
                {
                    RandomTurns.Take(world, turn, value);
                    Observed(world);
                }

                Sleeps(world);
            },
            count: 150);

    /// <summary>Decides and carries out until nothing is left, while pods stand still; each time there is an answer.</summary>
    private static Decision Observed(TestWorld world)
    {
        for (var pass = 0; ; pass++)
        {
            var decision = world.Decide();
            Assert.Equal(Text(decision), Text(world.Decide()));
            Assert.NotEmpty(decision.Reasons);
            if (decision.Effects.All(e => e is EmitEvent || (e is EvictPods && world.PodsAreProtected)))
            {
                IsAnswer(world.Observe(), decision);
                return decision;
            }

            Assert.True(pass < 60, $"no end to it: {Text(decision)}");
            world.Apply(decision);
        }
    }

    /// <summary>Where nothing happens any more but time, it is looked at for a reason that comes to an end, or with patience.</summary>
    private static void Sleeps(TestWorld world)
    {
        List<Decision> hasty = [];
        for (var wakeUps = 0; wakeUps < 40 && Observed(world) is { LookAgainAfter: { } again } decision; wakeUps++)
        {
            if (again < TimeSpan.FromSeconds(5))
                hasty.Add(decision);
            world.Now += again;
        }

        Assert.True(hasty.Count < 10, $"looks again and again for nothing: {string.Join(" then ", hasty.Take(3).Select(Text))}");
    }

    private static void IsAnswer(RolloutObservation seen, Decision decision)
    {
        var done = decision.Reasons.Any(r => r.Kind is ReasonKind.Healthy or ReasonKind.BeingDeleted);
        var status = seen.Rollout.Status;
        Assert.True(
            !decision.Reasons.Any(r => r.Kind == ReasonKind.Healthy)
                || (status.StableRS == status.CurrentPodHash && (status.Phase == RolloutPhases.Healthy || decision.Reasons.Any(r => r.Kind == ReasonKind.Restarting))),
            $"said to be done, and is not: {Text(decision)}");
        Assert.True(
            done || decision.LookAgainAfter is not null || decision.Reasons.Any(r => r.Unblock is not null || MayChange(seen, r.WaitsFor)),
            $"nothing to do, not done, and nothing will change: {Text(decision)} {seen.Rollout.Root}");
        Assert.All(decision.Reasons, r => Assert.True(
            r.Kind is ReasonKind.Healthy or ReasonKind.BeingDeleted || r.LookAgainAfter is not null || r.Unblock is not null || Exists(seen, r.WaitsFor),
            $"waits for nothing: {r.Kind}: {r.Message} ({r.WaitsFor}) of {Text(decision)} {seen.Rollout.Root}"));
        Assert.True(decision.LookAgainAfter is null || decision.LookAgainAfter > TimeSpan.Zero, $"looks again at once, for ever: {Text(decision)}");
    }

    private static bool Exists(RolloutObservation seen, string? name) => name?.Split('/') switch
    {
        ["ReplicaSet", var rs] => seen.ReplicaSets.Any(r => r.Name == rs),
        ["AnalysisRun", var run] => seen.AnalysisRuns.Any(r => r.Name == run),
        ["Experiment", var experiment] => seen.Experiments.Any(e => e.Name == experiment),
        _ => false,
    };

    /// <summary>The object is there, and is not what it is going to be.</summary>
    private static bool MayChange(RolloutObservation seen, string? name) => name?.Split('/') switch
    {
        ["ReplicaSet", var rs] => seen.ReplicaSets.Any(r => r.Name == rs && (r.Current != r.Wanted || r.Available != r.Wanted || r.Meta.DeletionTimestamp is not null)),
        ["AnalysisRun", var run] => seen.AnalysisRuns.Any(r => r.Name == run && !r.Phase.IsCompleted()),
        ["Experiment", var experiment] => seen.Experiments.Any(e => e.Name == experiment && !e.Status.Phase.IsCompleted()),
        _ => false,
    };

    private static string Text(Decision decision) =>
        $"{string.Join("; ", decision.Effects.Select(e => e is PatchRolloutStatus patch ? $"status {patch.Patch.GetRawText()}" : e.ToString()))} | {decision.LookAgainAfter} | {string.Join("; ", decision.Reasons.Select(r => $"{r.Kind}: {r.Message} ({r.WaitsFor}, {r.Unblock})"))}";
}
