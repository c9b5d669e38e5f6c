namespace EndToEnd.Tests;

/// <summary>Blue-greens judged before and after the switch by what a real Prometheus says.</summary>
public sealed class BlueGreenAnalysisTests(Cluster cluster)
{
    [Fact]
    public async Task Analyses_ThatAreGood_StandAroundTheSwitch_AndTheWayBackNeedsNone_E2E6()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await DeployedAsync(prometheus);
        var v1 = await space.SelectedAsync("active");

        await space.ApplyAsync(Rollout("v2", prometheus));
        await PausedAsync(space);
        Assert.Equal("Successful", Space.Text(Assert.Single(await space.ListAsync("analysisrun")), "phase"));
        Assert.Equal(v1, await space.SelectedAsync("active"));

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        Assert.NotEqual(v1, await space.SelectedAsync("active"));
        Assert.Equal(["Successful", "Successful"], (await space.ListAsync("analysisrun")).Select(r => Space.Text(r, "phase")));

        // Its pods are still there, so going back is a matter of the Service alone.
        await space.ApplyAsync(Rollout("v1", prometheus));
        var back = await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal((v1, v1), (Space.Text(back, "stableRS"), await space.SelectedAsync("active")));
        Assert.Equal("3", back["metadata"]!["annotations"]!["rollout.argoproj.io/revision"]!.GetValue<string>());
        Assert.Equal(2, (await space.ListAsync("analysisrun")).Length);
    }

    [Fact]
    public async Task AnalysisBeforeTheSwitch_ThatFails_KeepsUsersWhereTheyAre_AndARetryWithBetterArgumentsGoesOn_E2E7()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await DeployedAsync(prometheus);
        var v1 = await space.SelectedAsync("active");

        await space.ApplyAsync(Rollout("v2", prometheus, before: "0"));
        var aborted = await space.PhaseAsync("goprom", "Degraded");
        Assert.Contains("Blue/green pre-promotion analysis phase error/failed", Space.Text(aborted, "message"), StringComparison.Ordinal);
        Assert.Equal((v1, Space.Text(aborted, "currentPodHash")), (await space.SelectedAsync("active"), await space.SelectedAsync("preview")));

        await space.ApplyAsync(Rollout("v2", prometheus));
        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        await PausedAsync(space);
        Assert.Equal(["Failed", "Successful"], (await space.ListAsync("analysisrun")).Select(r => Space.Text(r, "phase")!).Order(StringComparer.Ordinal));
        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
    }

    [Fact]
    public async Task AnalysisAfterTheSwitch_ThatFails_BringsUsersBack_E2E8()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await DeployedAsync(prometheus);
        var v1 = await space.SelectedAsync("active");

        await space.ApplyAsync(Rollout("v2", prometheus, after: "0"));
        await PausedAsync(space);
        (await space.BasculeAsync("promote", "goprom")).Succeeded();

        var aborted = await space.PhaseAsync("goprom", "Degraded");
        Assert.Contains("Blue/green post-promotion analysis phase error/failed", Space.Text(aborted, "message"), StringComparison.Ordinal);
        await Space.UntilAsync(() => space.SelectedAsync("active"), s => s == v1, "users back on the first version");
        Assert.Equal(Space.Text(aborted, "currentPodHash"), await space.SelectedAsync("preview"));
    }

    private static string Rollout(string version, TestPrometheus prometheus, string before = "1", string after = "1") => Manifests.GopromBlueGreen(
        version,
        $"""
        activeService: active
        previewService: preview
        autoPromotionEnabled: false
        prePromotionAnalysis:
          templates:
          - templateName: health
          args:
          - name: prometheus
            value: {prometheus.Address}
          - name: value
            value: "{before}"
        postPromotionAnalysis:
          templates:
          - templateName: health
          args:
          - name: prometheus
            value: {prometheus.Address}
          - name: value
            value: "{after}"
        """,
        replicas: 1);

    private async Task<Space> DeployedAsync(TestPrometheus prometheus)
    {
        var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync($"{Manifests.Service("active")}\n---\n{Manifests.Service("preview")}");
        await space.ApplyAsync(Manifests.Health("count: 1"));
        await space.ApplyAsync(Rollout("v1", prometheus));
        await space.PhaseAsync("goprom", "Healthy");
        return space;
    }

    private static async Task PausedAsync(Space space) => await space.RolloutAsync("goprom", r => Space.Text(r, "message") == "BlueGreenPause", "paused before the switch");
}
