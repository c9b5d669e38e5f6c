namespace EndToEnd.Tests;

/// <summary>A blue-green, driven through kubectl and bascule as a user would.</summary>
public sealed class BlueGreenTests(Cluster cluster)
{
    private const string Manual =
        """
        activeService: active
        previewService: preview
        autoPromotionEnabled: false
        previewReplicaCount: 1
        scaleDownDelaySeconds: 5
        """;

    [Fact]
    public async Task Update_IsPreviewedPromotedAndCleanedUp_E2E33_E2E88()
    {
        await using var space = await DeployedAsync();
        var v1 = await space.SelectedAsync("active");
        Assert.NotEmpty(v1);

        await space.ApplyAsync(Manifests.GopromBlueGreen("v2", Manual, replicas: 2));
        var paused = await space.RolloutAsync("goprom", r => Space.Text(r, "message") == "BlueGreenPause", "paused before the switch");
        Assert.Equal("3", Space.Text(paused, "replicas"));
        Assert.Equal("1", Space.Text(paused, "updatedReplicas"));
        Assert.Equal(v1, await space.SelectedAsync("active"));
        Assert.NotEqual(v1, await space.SelectedAsync("preview"));

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal(await space.SelectedAsync("preview"), await space.SelectedAsync("active"));
        await space.RolloutAsync("goprom", r => Space.Text(r, "replicas") == "2", "the old version's pods are gone after their delay");
    }

    [Fact]
    public async Task Abort_LeavesUsersWhereTheyAre_AndRetryBeginsAgain_BG30()
    {
        await using var space = await DeployedAsync();
        var v1 = await space.SelectedAsync("active");
        await space.ApplyAsync(Manifests.GopromBlueGreen("v2", Manual, replicas: 2));
        await space.RolloutAsync("goprom", r => Space.Text(r, "message") == "BlueGreenPause", "paused before the switch");

        (await space.BasculeAsync("abort", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Degraded");
        Assert.Equal(v1, await space.SelectedAsync("active"));

        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        await space.RolloutAsync("goprom", r => Space.Text(r, "message") == "BlueGreenPause", "paused again");
    }

    private async Task<Space> DeployedAsync()
    {
        var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync($"{Manifests.Service("active")}\n---\n{Manifests.Service("preview")}");
        await space.ApplyAsync(Manifests.GopromBlueGreen("v1", Manual, replicas: 2));
        await space.PhaseAsync("goprom", "Healthy");
        return space;
    }
}
