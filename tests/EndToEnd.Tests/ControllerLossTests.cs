namespace EndToEnd.Tests;

/// <summary>Controllers that are killed in the middle of a release, and what their successors make of it.</summary>
public sealed class ControllerLossTests(Cluster cluster)
{
    [Fact]
    public async Task Controller_KilledAgainAndAgainDuringARelease_LosesNothing()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await cluster.NewSpaceAsync();
        var steps = $$"""
            maxSurge: 1
            maxUnavailable: 0
            analysis:
              templates:
              - templateName: health
              args:
              - name: prometheus
                value: {{prometheus.Address}}
              - name: value
                value: "1"
            steps:
            - setWeight: 25
            - pause: {}
            - setWeight: 50
            - pause: {}
            """;
        await space.ApplyAsync(Manifests.Health("interval: 1s"));
        using (var first = TestController.Start(cluster, space))
        {
            await space.ApplyAsync(Manifests.OfInstance(space.Name, Manifests.Goprom("v1", steps)));
            await space.PhaseAsync("goprom", "Healthy");
            await space.ApplyAsync(Manifests.OfInstance(space.Name, Manifests.Goprom("v2", steps)));
            await Space.UntilAsync(space.ReplicaSetsAsync, s => s.Length == 2, "a ReplicaSet of the new version");
            first.Kill();
        }

        using (var second = TestController.Start(cluster, space))
        {
            await space.PausedAtStepAsync("goprom", 1);
            await space.UntilPodsAsync("goprom", canary: 1, stable: 3);
            second.Kill();
        }

        // What a person wants meanwhile is in the object, and waits there.
        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        using (var third = TestController.Start(cluster, space))
        {
            await space.RolloutAsync("goprom", r => Space.Step(r) >= 2, "at the next step");
            third.Kill();
        }

        using (var fourth = TestController.Start(cluster, space))
        {
            await space.PausedAtStepAsync("goprom", 3);
            await space.UntilPodsAsync("goprom", canary: 2, stable: 2);
            (await space.BasculeAsync("promote", "goprom")).Succeeded();
            fourth.Kill();
        }

        using var last = TestController.Start(cluster, space);
        await space.PhaseAsync("goprom", "Healthy");
        await space.UntilPodsAsync("goprom", canary: 4, stable: 0);
        Assert.Equal(2, (await space.ReplicaSetsAsync()).Length);
        var runs = await Space.UntilAsync(
            () => space.ListAsync("analysisrun"), r => r.All(run => Space.Text(run, "phase") == "Successful"), "the analysis to have ended well");
        Assert.Single(runs);
    }

    [Fact]
    public async Task Leader_Killed_IsFollowedByTheOneThatWaited()
    {
        await using var space = await cluster.NewSpaceAsync();
        const string Steps =
            """
            steps:
            - setWeight: 50
            - pause: {}
            """;
        using var leader = TestController.Start(cluster, space, options: ["--leader-elect"]);
        await space.ApplyAsync(Manifests.OfInstance(space.Name, Manifests.Goprom("v1", Steps, replicas: 1)));
        await space.PhaseAsync("goprom", "Healthy");

        using var waiting = TestController.Start(cluster, space, options: ["--leader-elect"]);
        leader.Kill();
        await space.ApplyAsync(Manifests.OfInstance(space.Name, Manifests.Goprom("v2", Steps, replicas: 1)));

        await space.PausedAtStepAsync("goprom", 1);
    }
}
