using System.Net;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Controller.Experiments;
using Bascule.Controller.Tests.Analysis;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Experiments;

/// <summary>Experiments against the sandbox's API.</summary>
public sealed class ExperimentReconcilerTests
{
    private const string Ports = """, "ports": [ { "name": "testport1", "containerPort": 8080 }, { "name": "testport2", "containerPort": 8081 } ]""";
    private const string Analysis = """ "analyses": [ { "name": "x", "templateName": "t" } ],""";

    [Theory]
    [InlineData("""{}""", "ex-test")]
    [InlineData("""{ "name": "chosen" }""", "chosen")]
    public async Task Service_LivesWhileThePodsDo_WhichStayForTheDelay_EX9_EX21_E2E71(string service, string name)
    {
        var cluster = await TestExperiments.WithAsync(""" "duration": "10s", "scaleDownDelaySeconds": 5,""", $$""" "service": {{service}},""", Ports);
        Assert.Equal(TimeSpan.FromSeconds(10), await cluster.SettleAsync());

        Assert.Equal("Running", cluster.Phase);
        var found = Assert.Single(cluster.Live(ResourceTypes.Services));
        Assert.Equal((name, 2), (found.Name, found.Root.GetProperty("spec").GetProperty("ports").GetArrayLength()));
        Assert.Equal([1], Pods(cluster));

        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(5), await cluster.SettleAsync());
        Assert.Equal("Successful", cluster.Phase);
        Assert.Equal([1], Pods(cluster));
        Assert.Single(cluster.Live(ResourceTypes.Services));

        cluster.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await cluster.SettleAsync());
        Assert.Equal([0], Pods(cluster));
        Assert.Empty(cluster.Live(ResourceTypes.Services));
    }

    [Fact]
    public async Task DryRunMetric_ThatFails_DoesNotCount_E2E74()
    {
        var cluster = await TestExperiments.WithAsync($$""" "duration": "30s", {{Analysis}} "dryRun": [ { "metricName": "test.*" } ],""");
        await cluster.AddTemplateAsync("t", """[ { "name": "test-1", "successCondition": "result[0] > 5", "provider": { "prometheus": {} } } ]""");

        await cluster.SettleAsync();
        await cluster.AfterAsync(TimeSpan.FromSeconds(30));

        var run = AnalysisRun.Parse(Assert.Single(cluster.Live(ArgoResources.AnalysisRuns)).Root);
        Assert.Equal((1, 1, 0), (run.Status.DryRunSummary!.Count, run.Status.DryRunSummary.Failed, run.Status.DryRunSummary.Error));
        Assert.Equal(("Successful", AnalysisPhase.Successful), (cluster.Phase, run.Status.Phase));
    }

    [Fact]
    public async Task Measurements_AreKeptAsTheExperimentSays_E2E75()
    {
        var cluster = await TestExperiments.WithAsync($$""" "duration": "30s", {{Analysis}} "measurementRetention": [ { "metricName": "test.*", "limit": 2 } ],""");
        await cluster.AddTemplateAsync("t", """[ { "name": "test-1", "interval": "3s", "failureLimit": 1, "provider": { "prometheus": {} } } ]""");

        await cluster.SettleAsync();
        await cluster.AfterAsync(TimeSpan.FromSeconds(30));

        var run = AnalysisRun.Parse(Assert.Single(cluster.Live(ArgoResources.AnalysisRuns)).Root);
        Assert.Equal(2, run.Status.Result("test-1")!.Measurements.Length);
        Assert.True(run.Status.Result("test-1")!.Count > 5);
        Assert.Equal("Successful", cluster.Phase);
    }

    [Fact]
    public async Task FailedAnalysis_FailsTheExperiment_AndTakesItDown_EX17_EX20_E2E130()
    {
        var cluster = await TestExperiments.WithAsync($$"""{{Analysis}} "scaleDownDelaySeconds": 0,""");
        await cluster.AddTemplateAsync("t", """[ { "name": "m", "interval": "3s", "successCondition": "result[0] == 1", "provider": { "prometheus": {} } } ]""");
        await cluster.SettleAsync();
        cluster.Metrics.Answer = _ => Task.FromResult(TestMetrics.Vector(0));

        await cluster.AfterAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(("Failed", "Metric \"m\" assessed Failed due to failed (1) > failureLimit (0)"), (cluster.Phase, cluster.Experiment.Status.Message));
        Assert.Equal([0], Pods(cluster));
        Assert.Contains("ExperimentFailed", cluster.Events.Reasons);
    }

    [Fact]
    public async Task Invalid_IsSaidInACondition_EX3_E2E130()
    {
        var cluster = await TestExperiments.WithAsync(template: """ "minReadySeconds": 601,""");

        await cluster.SettleAsync();

        Assert.Equal("True", cluster.Experiment.Status.Condition("InvalidSpec")!.Status);
        Assert.Empty(cluster.Live(ResourceTypes.ReplicaSets));
    }

    [Fact]
    public async Task NameThatTheCacheNeverShows_IsReadPastIt_EX5_RT2()
    {
        var cluster = await TestExperiments.WithAsync();
        await cluster.CreateAsync(ResourceTypes.ReplicaSets, """
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"ex-test"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
             "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """);
        cluster.Unseen.Add("ex-test");

        await cluster.SettleAsync();

        Assert.Equal("Running", cluster.Phase);
        Assert.Equal(["ex-test", "ex-test-1"], cluster.Live(ResourceTypes.ReplicaSets).Select(r => r.Name).Order());
    }

    [Fact]
    public async Task OwnObjects_ThatTheCacheDoesNotShowYet_AreTakenUp_EX5_EX9_EX14_VER9()
    {
        var cluster = await TestExperiments.WithAsync(Analysis, """ "service": {},""", Ports);
        await cluster.AddTemplateAsync("t", """[ { "name": "m", "interval": "1m", "provider": { "prometheus": {} } } ]""");
        cluster.Unseen.UnionWith(["ex-x", "t"]);
        await cluster.SettleAsync();
        Assert.Equal(("Running", "ex-x"), (cluster.Phase, cluster.Experiment.Status.Run("x")!.AnalysisRun));

        cluster.Unseen.Add("ex-test");
        await cluster.PassAsync();

        Assert.Equal("Running", cluster.Phase);
        Assert.Single(cluster.Live(ResourceTypes.ReplicaSets));
        Assert.Single(cluster.Live(ResourceTypes.Services));
        Assert.Single(cluster.Live(ArgoResources.AnalysisRuns));
    }

    [Theory]
    [InlineData("create replicasets.apps", "Failed to create ReplicaSet for template 'test': no")]
    [InlineData("patch replicasets.apps", "Unable to scale ReplicaSet for template 'test' to desired replica count '1': no")]
    [InlineData("create services", "Failed to create Service ex-test for template 'test': no")]
    [InlineData("create analysisruns.argoproj.io", "Failed to create AnalysisRun for analysis 'x': no")]
    public async Task Write_RefusedForGood_EndsTheExperiment_EX6_EX12(string write, string message)
    {
        var cluster = await TestExperiments.WithAsync(Analysis, """ "service": {},""", Ports);
        await cluster.AddTemplateAsync("t", """[ { "name": "m", "provider": { "prometheus": {} } } ]""");
        Fail(cluster, write, HttpStatusCode.Forbidden, "Forbidden");

        await Assert.ThrowsAsync<ExperimentRefusedException>(cluster.SettleAsync);
        await cluster.SettleAsync();

        Assert.Equal(("Error", message), (cluster.Phase, cluster.Experiment.Status.Message));
    }

    [Theory]
    [InlineData("create replicasets.apps")]
    [InlineData("patch replicasets.apps")]
    [InlineData("create services")]
    [InlineData("create analysisruns.argoproj.io")]
    [InlineData("patch experiments.argoproj.io")]
    public async Task Write_ThatTheServerCannotAnswer_IsTriedAgain_EX12(string write)
    {
        var cluster = await TestExperiments.WithAsync(Analysis, """ "service": {},""", Ports);
        await cluster.AddTemplateAsync("t", """[ { "name": "m", "interval": "1m", "provider": { "prometheus": {} } } ]""");
        Fail(cluster, write, HttpStatusCode.ServiceUnavailable, "ServiceUnavailable");

        await Assert.ThrowsAsync<KubeException>(cluster.SettleAsync);
        await cluster.SettleAsync();

        Assert.Equal("Running", cluster.Phase);
    }

    [Fact]
    public async Task Scaling_InConflict_IsTriedAgainAfterASecond_EX12()
    {
        var cluster = await TestExperiments.WithAsync();
        await cluster.PassAsync();
        Fail(cluster, "patch replicasets.apps", HttpStatusCode.Conflict, "Conflict");

        Assert.Equal(TimeSpan.FromSeconds(1), await cluster.PassAsync());
        await cluster.SettleAsync();

        Assert.Equal("Running", cluster.Phase);
    }

    [Fact]
    public async Task OtherInstances_AreLeftAlone_RT1()
    {
        var cluster = await TestExperiments.WithAsync();
        await cluster.PatchAsync("""{"metadata":{"labels":{"argo-rollouts.argoproj.io/controller-instance-id":"other"}}}""");

        Assert.Null(await cluster.PassAsync());
        Assert.Empty(cluster.Controller.Writes);
    }

    [Fact]
    public async Task AtRest_NothingIsWritten()
    {
        var cluster = await TestExperiments.WithAsync(""" "duration": "1h",""");
        await cluster.SettleAsync();
        var writes = cluster.Controller.Writes.Count;

        await cluster.PassAsync();

        Assert.Equal(writes, cluster.Controller.Writes.Count);
        Assert.Equal(ExperimentTemplatePhase.Running, cluster.Experiment.Status.Template("test")!.Phase);
    }

    private static IEnumerable<int> Pods(TestExperiments cluster) => cluster.Live(ResourceTypes.ReplicaSets).Select(r => r.Root.GetProperty("spec").GetProperty("replicas").GetInt32());

    /// <summary>Fails the next write that begins with the text, once.</summary>
    private static void Fail(TestExperiments cluster, string write, HttpStatusCode code, string reason) => cluster.Controller.Before = about =>
    {
        if (!about.StartsWith(write, StringComparison.Ordinal))
            return;
        cluster.Controller.Before = _ => { };
        throw new KubeException(code, reason, "no");
    };
}
