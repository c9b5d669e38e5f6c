using Bascule.Controller.Views;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Views;

public sealed class ClientPhaseTests
{
    [Theory]
    [InlineData("2", "", "{}", "Healthy", "")]
    [InlineData("1", "", "{}", "Progressing", "waiting for rollout spec update to be observed")]
    [InlineData("3", "", "{}", "Healthy", "")]
    [InlineData("5f6c", "", "{}", "Healthy", "")]
    [InlineData("2", ",\"controllerPause\":true", "{}", "Progressing", "waiting for rollout to unpause")]
    [InlineData("2", ",\"controllerPause\":true,\"pauseConditions\":[{\"reason\":\"CanaryPauseStep\"}],\"phase\":\"Paused\",\"message\":\"CanaryPauseStep\"", "{}", "Paused", "CanaryPauseStep")]
    [InlineData("2", ",\"workloadObservedGeneration\":\"1\"", """{"rollout.argoproj.io/workload-generation":"2"}""", "Progressing", "waiting for rollout spec update to be observed for the reference workload")]
    [InlineData("2", ",\"workloadObservedGeneration\":\"2\"", """{"rollout.argoproj.io/workload-generation":"2"}""", "Healthy", "")]
    [InlineData("2", "", """{"rollout.argoproj.io/workload-generation":"2"}""", "Healthy", "")]
    [InlineData("", ",\"phase\":\"\"", "{}", "Progressing", "waiting for a controller to look at the rollout")]
    [InlineData("2", ",\"phase\":\"\"", "{}", "Progressing", "more replicas need to be updated")]
    [InlineData("2", ",\"phase\":\"\",\"pauseConditions\":[{\"reason\":\"CanaryPauseStep\"}]", "{}", "Paused", "CanaryPauseStep")]
    [InlineData("2", ",\"phase\":\"\",\"updatedReplicas\":5,\"availableReplicas\":5,\"replicas\":5,\"stableRS\":\"a\",\"currentPodHash\":\"a\"", "{}", "Healthy", "")]
    public void Of_BySituation_SaysWhatAClientShows_PH20_PH21(string observed, string more, string annotations, string phase, string message)
    {
        var rollout = Rollout(status: $$"""{"observedGeneration":"{{observed}}"{{more}}}""", metadata: $$"""{"annotations":{{annotations}}}""");

        Assert.Equal(new ClientPhase(phase, message), ClientPhase.Of(Read(rollout)));
    }
}
