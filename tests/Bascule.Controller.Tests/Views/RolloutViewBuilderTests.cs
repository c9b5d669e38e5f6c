using Bascule.Controller.Caches;
using Bascule.Controller.Views;
using Bascule.Kube;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Views;

public sealed class RolloutViewBuilderTests
{
    private const string AtFirstPause = """{"stableRS":"aaa","currentPodHash":"bbb","currentStepIndex":1,"availableReplicas":5,"updatedReplicas":1,"replicas":5,"readyReplicas":5,"phase":"Paused","message":"CanaryPauseStep"}""";

    [Fact]
    public void Build_MidCanary_ShowsRolesWeightsAndRevisionsNewestFirst()
    {
        var view = View(AtFirstPause)!;

        Assert.Equal(("Paused", "CanaryPauseStep", 1, 4, "pause"), (view.Status, view.Message, view.StepIndex, view.StepCount, view.CurrentStep));
        Assert.Equal((20, 20), (view.SetWeight, view.ActualWeight));
        Assert.Equal([2, 1], view.Revisions.Select(r => r.Number));
        Assert.Equal(["web-bbb canary Healthy", "web-aaa stable Progressing"], view.ReplicaSets.Select(r => $"{r.Name} {string.Join(',', r.Tags)} {r.Status}"));
        Assert.Equal(["web:1 stable", "web:2 canary"], view.Images.Select(i => $"{i.Image} {string.Join(',', i.Tags)}"));
    }

    [Fact]
    public void Build_AnalysisRun_AddsUpItsMetricsUnderItsRevision()
    {
        var run = Assert.Single(View(AtFirstPause)!.Revisions[0].AnalysisRuns);

        Assert.Equal(("web-bbb-2-1", "Step", "Running", 5, 1, 0, 1), (run.Name, run.Kind, run.Status, run.Successful, run.Failed, run.Inconclusive, run.Error));
    }

    [Theory]
    [InlineData("""{"stableRS":"aaa","currentPodHash":"aaa","currentStepIndex":4,"availableReplicas":5}""", 100, 100)]
    [InlineData("""{"stableRS":"aaa","currentPodHash":"bbb","currentStepIndex":3,"availableReplicas":5}""", 60, 20)]
    [InlineData("""{"stableRS":"aaa","currentPodHash":"bbb","currentStepIndex":0,"abort":true,"availableReplicas":5}""", 0, 20)]
    public void Build_BySituation_ShowsWantedAndActualWeight(string status, int set, int actual)
    {
        var view = View(status)!;

        Assert.Equal((set, actual), (view.SetWeight, view.ActualWeight));
    }

    [Fact]
    public void Build_RolloutMissing_IsNull() => Assert.Null(new RolloutViewBuilder(new SnapshotCache()).Build(new(Namespace, "web")));

    private static RolloutView? View(string status) => new RolloutViewBuilder(new SnapshotCache(
        (ArgoResources.Rollouts, Rollout(status: status)),
        (ResourceTypes.ReplicaSets, ReplicaSet("aaa", 1, wanted: 5, available: 4)),
        (ResourceTypes.ReplicaSets, ReplicaSet("bbb", 2, wanted: 1, available: 1, image: "web:2")),
        (ResourceTypes.ReplicaSets, ReplicaSet("zzz", 1, owner: "other", wanted: 1)),
        (ArgoResources.AnalysisRuns, AnalysisRun("web-bbb-2-1", "Running")))).Build(new(Namespace, "web"));
}
