namespace EndToEnd.Tests;

/// <summary>Canaries judged by Jobs: what a program says by its exit code decides.</summary>
public sealed class JobAnalysisTests(Cluster cluster)
{
    private const string Template =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata:
          name: smoke-test
        spec:
          args:
          - name: script
          metrics:
          - name: smoke-test
            provider:
              job:
                spec:
                  backoffLimit: 0
                  activeDeadlineSeconds: 3
                  template:
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: test
                        image: busybox
                        command: [sh, -c, "{{args.script}}"]
        """;

    [Theory]
    [InlineData("exit 1")]
    // Longer than the Job may take.
    [InlineData("sleep 1000")]
    public async Task Job_OfAStep_ThatFails_AbortsTheUpdate_AndARetryWithAGoodOneEndsIt_E2E15(string script)
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Template);
        await space.ApplyAsync(Manifests.Goprom("v1", Steps(script), replicas: 2));
        await space.PhaseAsync("goprom", "Healthy");

        await space.ApplyAsync(Manifests.Goprom("v2", Steps(script), replicas: 2));
        var aborted = await space.PhaseAsync("goprom", "Degraded");
        Assert.StartsWith(
            "RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed", Space.Text(aborted, "message"), StringComparison.Ordinal);
        var failed = Assert.Single(await space.ListAsync("analysisrun"));
        var measurement = failed["status"]!["metricResults"]![0]!["measurements"]![0]!;
        Assert.Equal(("Failed", "Failed"), (Space.Text(failed, "phase"), measurement["phase"]!.GetValue<string>()));
        await space.UntilPodsAsync("goprom", canary: 0, stable: 2);

        await space.ApplyAsync(Manifests.Goprom("v2", Steps("exit 0"), replicas: 2));
        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        await space.UntilPodsAsync("goprom", canary: 2, stable: 0);
        Assert.Equal(["Failed", "Successful"], (await space.ListAsync("analysisrun")).Select(r => Space.Text(r, "phase")!).Order(StringComparer.Ordinal));
        await NothingRunsAsync(space);
    }

    private static string Steps(string script) =>
        $$"""
        steps:
        - setWeight: 50
        - analysis:
            templates:
            - templateName: smoke-test
            args:
            - name: script
              value: {{script}}
        """;

    /// <summary>No process of a Job outlives its judgement.</summary>
    private static async Task NothingRunsAsync(Space space) => await Space.UntilAsync(
        () => space.ListAsync("pods", "-l", "job-name"),
        pods => pods.All(p => p["status"]?["phase"]?.GetValue<string>() is "Succeeded" or "Failed"),
        "every Job's pod to have ended");
}
