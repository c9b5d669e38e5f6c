using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Kube.Cache;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Hosting;

public sealed class ExperimentWakeUpsTests
{
    private const string Owned = """{"ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment","name":"ex","uid":"u","controller":true}]}""";

    [Fact]
    public void For_OwnChange_WakesIt_UnlessAnotherInstanceHasIt_EX15_RT1()
    {
        Assert.True(Wakes(ArgoResources.Experiments, null, Named("ex")));
        Assert.False(Wakes(ArgoResources.Experiments, null, With(Named("ex"), "metadata", """{"labels":{"argo-rollouts.argoproj.io/controller-instance-id":"x"}}""")));
        Assert.False(Wakes(ArgoResources.Experiments, Named("ex"), null));
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":1}}""", true)]
    [InlineData("""{"status":{"replicas":1}}""", true)]
    [InlineData("""{"status":{"readyReplicas":1}}""", true)]
    [InlineData("""{"status":{"availableReplicas":1}}""", true)]
    [InlineData("""{"status":{"observedGeneration":9}}""", false)]
    [InlineData("""{"metadata":{"annotations":{"a":"b"}}}""", false)]
    public void For_ReplicaSet_WakesOnCounts_EX15(string change, bool wakes)
    {
        var before = With(ReplicaSet("aaa", 1), "metadata", Owned);
        var part = Json(change).Single();

        Assert.Equal(wakes, Wakes(ResourceTypes.ReplicaSets, before, With(before, part.Key, part.Value!.ToJsonString())));
        Assert.True(Wakes(ResourceTypes.ReplicaSets, null, before));
        Assert.True(Wakes(ResourceTypes.ReplicaSets, before, null));
        Assert.False(Wakes(ResourceTypes.ReplicaSets, null, ReplicaSet("aaa", 1)));
    }

    [Theory]
    [InlineData("Pending", "Running", false)]
    [InlineData("Running", "Running", false)]
    [InlineData("Running", "Failed", true)]
    [InlineData("Running", "Inconclusive", true)]
    [InlineData("Failed", "Failed", false)]
    [InlineData(null, "Running", true)]
    [InlineData("Running", null, true)]
    public void For_AnalysisRun_WakesWhenItEndsComesOrGoes_EX15(string? before, string? after, bool wakes) =>
        Assert.Equal(wakes, Wakes(ArgoResources.AnalysisRuns, Run(before), Run(after)));

    [Fact]
    public void For_Service_WakesWhenItGoes()
    {
        var service = With(Named("s"), "metadata", Owned);

        Assert.True(Wakes(ResourceTypes.Services, service, null));
        Assert.False(Wakes(ResourceTypes.Services, null, service));
        Assert.False(Wakes(ResourceTypes.Services, Named("s"), null));
    }

    private static KubeObject? Run(string? phase) => phase is null ? null : With(AnalysisRun("r", phase), "metadata", Owned);

    private static bool Wakes(ResourceType type, KubeObject? old, KubeObject? current) =>
        new ExperimentWakeUps(null).For(new ObjectChange(type, old, current)) == new ObjectKey("shop", "ex");
}
