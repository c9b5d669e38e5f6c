using Bascule.Controller.Hosting;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Hosting;

public sealed class ControllerHostOptionsTests
{
    [Fact]
    public void Options_NotGiven_AreTheReferences_RT3_VER9()
    {
        var options = new ControllerHostOptions();

        Assert.Equal((10, 10, 30, 10), (options.RolloutWorkers, options.ExperimentWorkers, options.AnalysisWorkers, options.ServiceWorkers));
        Assert.Equal("127.0.0.1:8090", ControllerHostOptions.DefaultMetrics.ToString());
        Assert.Equal(new ObjectKey("argo-rollouts", "argo-rollouts-controller-lock"), options.Lease);
        Assert.Equal("argo-rollouts-controller-lock-blue", new ControllerHostOptions { InstanceId = "blue" }.Lease.Name);
    }
}
