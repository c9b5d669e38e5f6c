using Bascule.Api;
using Bascule.Controller.Caches;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Kube.Cache;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Hosting;

public sealed class RolloutWakeUpsTests
{
    private static readonly KubeObject WithServicesAndAnalysis = Rollout(
        spec: """{"strategy":{"canary":{"canaryService":"web-canary","stableService":"web-stable","steps":[{"analysis":{"templates":[{"templateName":"outer"}]}}]}}}""");

    [Fact]
    public void For_OwnChange_WakesIt_RT22() => Assert.Equal(["shop/web"], Woken(ArgoResources.Rollouts, null, Rollout()));

    [Fact]
    public void For_OtherInstance_WakesNothing_RT1() =>
        Assert.Empty(Woken(ArgoResources.Rollouts, null, Rollout(metadata: $$$"""{"labels":{"{{{Labels.InstanceId}}}":"x"}}""")));

    [Fact]
    public void For_ReplicaSetOfARollout_WakesItsOwner_RT22() => Assert.Equal(["shop/web"], Woken(ResourceTypes.ReplicaSets, ReplicaSet("aaa", 1), ReplicaSet("aaa", 1, wanted: 1)));

    [Fact]
    public void For_ReplicaSetOfADeployment_WakesNothing() => Assert.Empty(Woken(ResourceTypes.ReplicaSets, null, With(ReplicaSet("aaa", 1), "metadata", """{"ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"d","controller":true}]}""")));

    [Fact]
    public void For_OrphanedReplicaSet_WakesWhoseSelectorMatches_NAME17() =>
        Assert.Equal(["shop/web"], Woken(ResourceTypes.ReplicaSets, null, With(ReplicaSet("aaa", 1), "metadata", """{"ownerReferences":[]}""")));

    [Fact]
    public void For_ExperimentOfARollout_WakesItsOwner_RT22()
    {
        var experiment = With(Named("web-1-0"), "metadata", """{"ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"web","uid":"uid-web","controller":true}]}""");

        Assert.Equal(["shop/web"], Woken(ArgoResources.Experiments, experiment, With(experiment, "spec", """{"terminate":true}""")));
        Assert.Equal(["shop/web"], Woken(ArgoResources.Experiments, experiment, null));
        Assert.Empty(Woken(ArgoResources.Experiments, null, Named("alone")));
    }

    [Theory]
    [InlineData("Running", "Running", 0)]
    [InlineData("Running", "Failed", 1)]
    [InlineData(null, "Running", 1)]
    [InlineData("Failed", null, 1)]
    public void For_AnalysisRun_WakesOnPhaseOnly_AR11(string? before, string? after, int woken) => Assert.Equal(
        woken,
        Woken(ArgoResources.AnalysisRuns, before is null ? null : AnalysisRun("r", before), after is null ? null : AnalysisRun("r", after)).Length);

    [Theory]
    [InlineData("web-canary", 1)]
    [InlineData("web-stable", 1)]
    [InlineData("other", 0)]
    public void For_Service_WakesThoseThatNameIt_RT22(string service, int woken) =>
        Assert.Equal(woken, Woken(ResourceTypes.Services, null, Named(service)).Length);

    [Theory]
    [InlineData("outer", 1)]
    [InlineData("inner", 1)]
    [InlineData("other", 0)]
    public void For_Template_WakesThoseThatNameItDirectlyOrInTurn_REF4(string template, int woken) =>
        Assert.Equal(woken, Woken(ArgoResources.AnalysisTemplates, null, Named(template)).Length);

    [Fact]
    public void For_Service_NoLongerNamed_WakesNothing()
    {
        var wakeUps = new RolloutWakeUps(new SnapshotCache(), null);
        wakeUps.For(new ObjectChange(ArgoResources.Rollouts, null, WithServicesAndAnalysis));
        wakeUps.For(new ObjectChange(ArgoResources.Rollouts, WithServicesAndAnalysis, Rollout()));

        Assert.Empty(wakeUps.For(new ObjectChange(ResourceTypes.Services, null, Named("web-canary"))));
    }

    private static string[] Woken(ResourceType type, KubeObject? old, KubeObject? current)
    {
        var cache = new SnapshotCache(
            (ArgoResources.Rollouts, WithServicesAndAnalysis),
            (ArgoResources.AnalysisTemplates, Named("outer", spec: """{"templates":[{"templateName":"inner"}]}""")));
        var wakeUps = new RolloutWakeUps(cache, null);
        wakeUps.For(new ObjectChange(ArgoResources.Rollouts, null, WithServicesAndAnalysis));
        return [.. wakeUps.For(new ObjectChange(type, old, current)).Select(k => k.ToString())];
    }
}
