using System.Text.Json;
using Bascule.Api;
using Bascule.Controller.Actions;
using Bascule.Kube;
using static Bascule.Controller.Tests.Analysis.TestJobWorld;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>Rollouts judged by Jobs, with everything real: a sandbox, its Job controller, processes, and our controller.</summary>
public sealed class JobMetricTests
{
    private const string Background = """ "analysis":{"templates":[{"templateName":"job"}]},"steps":[{"setWeight":50},{"pause":{}}] """;
    private const string Inline = """ "steps":[{"setWeight":50},{"analysis":{"templates":[{"templateName":"job"}]}}] """;

    [Fact]
    public async Task Run_OfAJobThatEndsWell_IsSuccessfulAtOnce_RUN21()
    {
        await using var world = await TestJobWorld.StartAsync(1);
        await world.CreateAsync(ArgoResources.AnalysisRuns, $$"""{"metadata":{"name":"run"},"spec":{"metrics":[{{Metric(""" "args":["sh","-c","sleep 3"] """)}}]} }""");

        var run = await world.UntilAsync(ArgoResources.AnalysisRuns, "run", r => Phase(r) == "Successful");

        var measurement = run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0];
        var job = await world.Client.GetAsync(ResourceTypes.Jobs, new("default", measurement.GetProperty("metadata").GetProperty("job-name").GetString()!), CancellationToken.None);
        // The Job's own event wakes the run, not the next planned look.
        Assert.InRange(Time(measurement, "finishedAt") - Time(job.Root.GetProperty("status"), "completionTime"), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        await world.Client.DeleteAsync(ArgoResources.AnalysisRuns, run.Key, DeleteOptions.Default, CancellationToken.None);
        await world.UntilGoneAsync(ResourceTypes.Jobs, job.Name);
    }

    [Fact]
    public async Task Run_OfManyJobs_KeepsAsManyAsMeasurements_RUN17()
    {
        await using var world = await TestJobWorld.StartAsync(2);
        await world.CreateAsync(ArgoResources.AnalysisRuns, $$"""
            {"metadata":{"name":"run"},"spec":{"metrics":[{{Metric(""" "args":["true"] """, more: """ "interval":"1s","count":4, """)}}],"measurementRetention":[{"metricName":"job","limit":1}]} }
            """);

        await world.UntilAsync(ArgoResources.AnalysisRuns, "run", r => Phase(r) == "Successful");

        var jobs = await world.Client.ListAsync(ResourceTypes.Jobs, "default", ListOptions.All, CancellationToken.None);
        Assert.EndsWith(".job.4", Assert.Single(jobs.Items, j => j.DeletionTimestamp is null).Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Inline)]
    [InlineData(Background)]
    public async Task Rollout_WhoseJobPassesItsDeadline_IsDegraded_E2E15(string strategy)
    {
        await using var world = await TestJobWorld.StartAsync(3);
        await world.WithJobAsync(strategy, """ "args":["sleep","1000"] """, """ "activeDeadlineSeconds":1,"backoffLimit":0, """);

        var run = await world.UpdateAsync("Failed");

        Assert.Equal("Failed", run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("phase").GetString());
        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Degraded);
    }

    [Fact]
    public async Task Rollout_PromotedWhileAJobRuns_IsHealthyAndTheJobEnds_E2E17()
    {
        await using var world = await TestJobWorld.StartAsync(4);
        await world.WithJobAsync(Background, """ "args":["sleep","1000"] """);
        await world.UpdateAsync("Running");
        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Paused);

        await world.SendAsync(RolloutActions.Promote(await world.RolloutAsync()));

        await world.UntilAsync(r => r.Status.Phase == RolloutPhases.Healthy);
        var run = await world.UntilRunAsync("Inconclusive");
        Assert.Equal("Metric Terminated", run.Root.GetProperty("status").GetProperty("metricResults")[0].GetProperty("measurements")[0].GetProperty("message").GetString());
        await world.UntilGoneAsync(ResourceTypes.Jobs, null);
    }

    [Theory]
    [InlineData(Inline)]
    [InlineData(Background)]
    public async Task Rollout_WhoseJobHasNoImage_IsPaused_E2E18_E2E19(string strategy)
    {
        await using var world = await TestJobWorld.StartAsync(5);
        await world.WithJobAsync(strategy, """ "args":[] """, image: "nowhere/nothing:1");

        var run = await world.UpdateAsync("Inconclusive");

        Assert.Contains("has terminal error (ErrImagePull): the sandbox has no image \"nothing\"", run.Root.GetProperty("status").GetProperty("message").GetString()!.Replace("ImagePullBackOff", "ErrImagePull", StringComparison.Ordinal).Replace("Back-off pulling image \"nowhere/nothing:1\": ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var paused = await world.UntilAsync(r => r.Status.PauseConditions.Any(p => p.Reason == PauseReasons.InconclusiveAnalysisRun));
        Assert.Equal(RolloutPhases.Paused, paused.Status.Phase);
    }

    private static DateTimeOffset Time(JsonElement parent, string name) => parent.GetProperty(name).GetDateTimeOffset();
}
