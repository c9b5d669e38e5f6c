using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

public sealed class AutoscalerTests
{
    [Fact]
    public async Task Kubectl_Autoscale_ScalesByTheMetricThatIsSet()
    {
        await using var sandbox = await TestSandbox.StartAsync(PodRuntimeKind.Simulated, seed: 31);
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 1));

        await sandbox.KubectlAsync("autoscale deployment web --min=2 --max=6 --cpu-percent=50");
        await sandbox.UntilAsync(ResourceTypes.Deployments, d => Replicas(d[0]) == 2, "the lower bound");
        await sandbox.KubectlAsync("annotate hpa web sandbox.bascule.dev/metric.cpu=100");
        await sandbox.UntilAsync(ResourceTypes.Deployments, d => Replicas(d[0]) >= 4, "a doubling");

        await sandbox.UntilAsync(ResourceTypes.HorizontalPodAutoscalers, h => h[0].Root.GetRawText().Contains("ValidMetricFound", StringComparison.Ordinal), "a status");
        Assert.Matches(@"(?m)^web +Deployment/web +(cpu: )?100%/50% +2 +6 +[246] ", await sandbox.KubectlAsync("get hpa"));
        Assert.Contains("New size: 2; reason: Current number of replicas below Spec.MinReplicas", await sandbox.KubectlAsync("get events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Autoscaler_OfACustomResource_GoesThroughItsScale()
    {
        await using var sandbox = await TestSandbox.StartAsync(PodRuntimeKind.Simulated, seed: 32);
        await sandbox.ApplyAsync(ResourceTypes.CustomResourceDefinitions, """
            {"metadata":{"name":"fleets.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"fleets","kind":"Fleet"},"versions":[{"name":"v1","served":true,"storage":true,
              "subresources":{"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"} },
              "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"} } } } } } }]} }
            """);
        var fleets = new ResourceType("example.com", "v1", "fleets", "Fleet");
        await sandbox.ApplyAsync(fleets, """{"metadata":{"name":"a"},"spec":{"size":3} }""");

        await sandbox.ApplyAsync(ResourceTypes.HorizontalPodAutoscalers, """
            {"metadata":{"name":"a","annotations":{"sandbox.bascule.dev/metric.cpu":"40"} },"spec":{"scaleTargetRef":{"apiVersion":"example.com/v1","kind":"Fleet","name":"a"},"maxReplicas":9,
             "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":20} } }]} }
            """);

        await sandbox.UntilAsync(fleets, f => f[0].Root.GetProperty("spec").GetProperty("size").GetInt32() >= 6, "twice the size");
    }

    private static int Replicas(KubeObject deployment) => deployment.Root.GetProperty("spec").GetProperty("replicas").GetInt32();
}
