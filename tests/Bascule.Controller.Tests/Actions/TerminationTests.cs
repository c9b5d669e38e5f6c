using Bascule.Api.Analysis;
using Bascule.Controller.Actions;
using Bascule.Controller.Tests.Experiments;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Actions;

/// <summary>What the controllers make of the wish that something should end.</summary>
public sealed class TerminationTests
{
    [Fact]
    public async Task Experiment_AskedToEnd_EndsWithItsPodsAndAnalyses_CLI9()
    {
        var cluster = await WithAnalysisAsync();

        Assert.Null(await Termination.AskAsync(cluster.Client, ArgoResources.Experiments, new("default", "ex"), CancellationToken.None));
        Assert.Equal(TimeSpan.FromSeconds(30), await cluster.SettleAsync());
        cluster.Time.Advance(TimeSpan.FromSeconds(30));
        await cluster.SettleAsync();

        Assert.Equal(("Successful", "Successful", 0), (cluster.Phase, PhaseOf(Run(cluster)), Pods(cluster)));
        Assert.Equal(AnalysisPhase.Successful, await Termination.AskAsync(cluster.Client, ArgoResources.Experiments, new("default", "ex"), CancellationToken.None));
    }

    [Fact]
    public async Task Run_AskedToEnd_EndsWithoutHarm_CLI9()
    {
        var cluster = await WithAnalysisAsync();

        Assert.Null(await Termination.AskAsync(cluster.Client, ArgoResources.AnalysisRuns, Run(cluster).Key, CancellationToken.None));
        await cluster.SettleAsync();

        Assert.Equal(("Running", "Successful", 1), (cluster.Phase, PhaseOf(Run(cluster)), Pods(cluster)));
    }

    /// <summary>An Experiment with one pod and one analysis, which go on until somebody ends them.</summary>
    private static async Task<TestExperiments> WithAnalysisAsync()
    {
        var cluster = await TestExperiments.WithAsync(""" "analyses": [ { "name": "x", "templateName": "t" } ],""");
        await cluster.AddTemplateAsync("t", """[ { "name": "m", "interval": "1h", "provider": { "prometheus": {} } } ]""");
        await cluster.SettleAsync();
        Assert.Equal(("Running", "Running", 1), (cluster.Phase, PhaseOf(Run(cluster)), Pods(cluster)));
        return cluster;
    }

    private static KubeObject Run(TestExperiments cluster) => Assert.Single(cluster.Live(ArgoResources.AnalysisRuns));

    private static string PhaseOf(KubeObject run) => run.Root.GetProperty("status").GetProperty("phase").GetString()!;

    private static int Pods(TestExperiments cluster) => cluster.Live(ResourceTypes.ReplicaSets).Sum(r => r.Root.GetProperty("spec").GetProperty("replicas").GetInt32());
}
