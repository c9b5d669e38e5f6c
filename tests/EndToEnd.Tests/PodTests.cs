using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>What becomes of the pods themselves: restarted, labelled in place, and taking the place of a Deployment's.</summary>
public sealed class PodTests(Cluster cluster)
{
    private const string OnePause =
        """
        maxUnavailable: 75%
        steps:
        - setWeight: 25
        - pause: {}
        """;

    private const string Roles =
        """
        canaryMetadata:
          labels:
            role: canary
        stableMetadata:
          labels:
            role: stable
        """;

    [Fact]
    public async Task Restart_ReplacesEveryPod_E2E82()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom("v1", OnePause));
        await space.PhaseAsync("goprom", "Healthy");
        var before = await NamesAsync(space, "app=goprom");

        (await space.BasculeAsync("restart", "goprom")).Succeeded();

        await space.RolloutAsync("goprom", r => Space.Text(r, "restartedAt") == r["spec"]!["restartAt"]!.GetValue<string>() && Space.Text(r, "phase") == "Healthy", "restarted");
        var after = await NamesAsync(space, "app=goprom");
        Assert.Equal(4, before.Length);
        Assert.Empty(before.Intersect(after));
        Assert.Equal((4, 0), await space.PodsAsync("goprom"));
    }

    [Fact]
    public async Task Metadata_FollowsTheRoles_AndReplacesNoPod_E2E45()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom("v1", $"{Roles}\n{OnePause}"));
        await space.PhaseAsync("goprom", "Healthy");
        await PodsAsync(space, "role=stable", 4);

        await space.ApplyAsync(Manifests.Goprom("v2", $"{Roles}\n{OnePause}"));
        await space.PausedAtStepAsync("goprom", 1);
        var canary = await PodsAsync(space, "role=canary", 1);
        await PodsAsync(space, "role=stable", 3);

        await space.ApplyAsync(Manifests.Goprom("v2", $"{Roles.Replace("role: canary", "role: next", StringComparison.Ordinal)}\n{OnePause}"));
        Assert.Equal(canary, await PodsAsync(space, "role=next", 1));

        (await space.BasculeAsync("promote", "goprom", "--full")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        Assert.Contains(canary.Single(), await PodsAsync(space, "role=stable", 4));
        var rollout = await space.RolloutAsync("goprom", _ => true, "there");
        Assert.Equal("2", rollout["metadata"]!["annotations"]!["rollout.argoproj.io/revision"]!.GetValue<string>());
    }

    [Fact]
    public async Task WorkloadRef_TakesTheDeploymentsPlace_E2E95_E2E98()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Referring(OnePause, "onsuccess", 2));
        var missing = await space.PhaseAsync("goprom", "Degraded");
        Assert.Contains("deployments.apps \"goprom\" not found", Space.Text(missing, "message"), StringComparison.Ordinal);

        await space.ApplyAsync(Manifests.Deployment("v1", 2));
        var healthy = await space.PhaseAsync("goprom", "Healthy");
        Assert.Null(healthy["spec"]!["template"]);
        await cluster.UntilAsync(space.Name, "deployment", "goprom", d => d["spec"]!["replicas"]!.GetValue<int>() == 0, "scaled to none");

        (await space.KubectlAsync("set", "env", "deployment/goprom", "VERSION=v2")).Succeeded();
        var paused = await space.PausedAtStepAsync("goprom", 1);
        Assert.Equal(paused["metadata"]!["annotations"]!["rollout.argoproj.io/workload-generation"]!.GetValue<string>(), Space.Text(paused, "workloadObservedGeneration"));
        Assert.Equal((1, 2), await space.PodsAsync("goprom"));

        (await space.BasculeAsync("undo", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal((2, 0), await space.PodsAsync("goprom"));
        var deployment = JsonNode.Parse((await space.KubectlAsync("get", "deployment", "goprom", "-o", "json")).Succeeded())!;
        Assert.Equal(0, deployment["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal("v1", deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]![0]!["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("never", 2)]
    [InlineData("progressively", 0)]
    public async Task WorkloadRef_BesideARunningDeployment_TakesItsPodsOnlyIfAsked_E2E98(string scaleDown, int left)
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Deployment("v1", 2));
        await cluster.UntilAsync(space.Name, "deployment", "goprom", d => Space.Text(d, "availableReplicas") == "2", "available");

        await space.ApplyAsync(Manifests.Referring(OnePause, scaleDown, 2));
        await space.PhaseAsync("goprom", "Healthy");
        // The Deployment's pods count as those of another version here.
        await space.UntilPodsAsync("goprom", canary: 2, stable: left);

        // A Deployment that was emptied stays so, whatever becomes of the Rollout's size.
        (await space.KubectlAsync("scale", "rollout", "goprom", "--replicas", "3")).Succeeded();
        await space.UntilPodsAsync("goprom", canary: 3, stable: left);
        await space.PhaseAsync("goprom", "Healthy");
        await cluster.UntilAsync(space.Name, "deployment", "goprom", d => d["spec"]!["replicas"]!.GetValue<int>() == left, $"of {left} replicas");
    }

    /// <summary>Waits for a number of living pods and gives their names.</summary>
    private static Task<string[]> PodsAsync(Space space, string selector, int count) => Space.UntilAsync(
        () => NamesAsync(space, selector), names => names.Length == count, $"{count} pods of {selector}");

    private static async Task<string[]> NamesAsync(Space space, string selector) =>
        [.. (await space.ListAsync("pods", "-l", selector)).Select(p => p["metadata"]!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
}
