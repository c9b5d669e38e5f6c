namespace EndToEnd.Tests;

/// <summary>What happens to a release in its middle: it is edited until it makes no sense, or scaled by a machine.</summary>
public sealed class LifecycleTests(Cluster cluster)
{
    private const string Quarter =
        """
        maxSurge: 1
        maxUnavailable: 0
        steps:
        - setWeight: 25
        - pause: {}
        """;

    [Fact]
    public async Task Spec_MadeInvalidInMidUpdate_FreezesIt_AndMadeValidAgain_ItGoesOn()
    {
        await using var space = await PausedAsync();
        var before = (await space.ReplicaSetsAsync()).Select(s => s["metadata"]!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal).ToArray();

        // Neither may be zero while the other is; and a further version comes along with the mistake.
        await space.ApplyAsync(Manifests.Goprom("v3", Quarter.Replace("maxSurge: 1", "maxSurge: 0", StringComparison.Ordinal)));
        var invalid = await space.PhaseAsync("goprom", "Degraded");
        Assert.Contains("maxSurge and maxUnavailable are both 0", Space.Text(invalid, "message"), StringComparison.Ordinal);
        (await space.BasculeAsync("promote", "goprom", "--full")).Succeeded();
        await space.UntilPodsAsync("goprom", canary: 1, stable: 3);
        Assert.Equal(before, (await space.ReplicaSetsAsync()).Select(s => s["metadata"]!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));

        await space.ApplyAsync(Manifests.Goprom("v2", Quarter));
        await space.PhaseAsync("goprom", "Healthy");
        await space.UntilPodsAsync("goprom", canary: 4, stable: 0);
        Assert.Equal(before, (await space.ReplicaSetsAsync()).Select(s => s["metadata"]!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Autoscaler_InMidUpdate_ResizesBothVersions_AndTheUpdateStaysWhereItIs()
    {
        await using var space = await PausedAsync();

        // Its bounds alone decide, so no metric is needed.
        await space.ApplyAsync(Autoscaler(8, 8));
        await space.UntilPodsAsync("goprom", canary: 2, stable: 6);
        await space.PausedAtStepAsync("goprom", 1);

        await space.ApplyAsync(Autoscaler(2, 4));
        await space.UntilPodsAsync("goprom", canary: 1, stable: 3);
        await space.PausedAtStepAsync("goprom", 1);
        await cluster.UntilAsync(space.Name, "hpa", "goprom", h => Space.Text(h, "currentReplicas") == "4", "of four replicas");

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        await space.UntilPodsAsync("goprom", canary: 4, stable: 0);
    }

    private static string Autoscaler(int least, int most) =>
        $"""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: goprom
        spec:
          scaleTargetRef:
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            name: goprom
          minReplicas: {least}
          maxReplicas: {most}
          metrics:
          - type: Resource
            resource:
              name: cpu
              target:
                type: AverageValue
                averageValue: "1"
        """;

    private async Task<Space> PausedAsync()
    {
        var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom("v1", Quarter));
        await space.PhaseAsync("goprom", "Healthy");
        await space.ApplyAsync(Manifests.Goprom("v2", Quarter));
        await space.PausedAtStepAsync("goprom", 1);
        return space;
    }
}
