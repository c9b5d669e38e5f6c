using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>A canary without traffic routing, driven through kubectl and bascule as a user would.</summary>
public sealed class CanaryTests(Cluster cluster)
{
    private const string TwoPauses =
        """
        maxSurge: 1
        maxUnavailable: 0
        steps:
        - setWeight: 25
        - pause: {}
        - setWeight: 50
        - pause: {}
        """;

    [Fact]
    public async Task FirstDeploy_HasNoSteps_GoesStraightToHealthy_LIFE1()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom("v1", TwoPauses));

        var rollout = await space.PhaseAsync("goprom", "Healthy");

        Assert.Equal(4, Space.Step(rollout));
        Assert.Equal(Space.Text(rollout, "currentPodHash"), Space.Text(rollout, "stableRS"));
        Assert.Equal((4, 0), await space.PodsAsync("goprom"));
    }

    [Fact]
    public async Task NewTemplate_StopsAtEachPause_AndPromotionEndsIt_STEP2_CLI4()
    {
        await using var space = await DeployedAsync("v1");
        await space.ApplyAsync(Manifests.Goprom("v2", TwoPauses));

        await space.PausedAtStepAsync("goprom", 1);
        Assert.Equal((1, 3), await space.PodsAsync("goprom"));

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PausedAtStepAsync("goprom", 3);
        Assert.Equal((2, 2), await space.PodsAsync("goprom"));

        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal((4, 0), await space.PodsAsync("goprom"));
    }

    [Fact]
    public async Task Abort_ReturnsToStable_AndRetryStartsAgain_LIFE15_LIFE19()
    {
        await using var space = await PausedAsync();

        (await space.BasculeAsync("abort", "goprom")).Succeeded();
        var aborted = await space.PhaseAsync("goprom", "Degraded");
        Assert.Equal("RolloutAborted: Rollout aborted update to revision 2", Space.Text(aborted, "message"));
        await space.RolloutAsync("goprom", r => Space.Text(r, "updatedReplicas") is null or "0" && Space.Text(r, "availableReplicas") == "4", "back on four stable pods");

        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        await space.PausedAtStepAsync("goprom", 1);
    }

    [Fact]
    public async Task Undo_InMidUpdate_ReturnsToStableWithoutSteps_LIFE13()
    {
        await using var space = await PausedAsync();

        (await space.BasculeAsync("undo", "goprom")).Succeeded();

        var rollout = await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal("3", rollout["metadata"]!["annotations"]!["rollout.argoproj.io/revision"]!.GetValue<string>());
    }

    [Fact]
    public async Task PromoteFull_SkipsEveryStep_LIFE23()
    {
        await using var space = await PausedAsync();

        (await space.BasculeAsync("promote", "goprom", "--full")).Succeeded();

        await space.PhaseAsync("goprom", "Healthy");
        Assert.Equal((4, 0), await space.PodsAsync("goprom"));
    }

    [Fact]
    public async Task Scaling_WhilePausedAtAStep_KeepsTheShares_LIFE28()
    {
        await using var space = await PausedAsync();

        (await space.KubectlAsync("scale", "rollout", "goprom", "--replicas", "8")).Succeeded();
        await space.RolloutAsync("goprom", r => Space.Text(r, "availableReplicas") == "8" && Space.Text(r, "updatedReplicas") == "2", "2 canary pods of 8");
    }

    [Fact]
    public async Task AnotherTemplate_InMidUpdate_StartsAtStepZero_LIFE36()
    {
        await using var space = await PausedAsync();

        await space.ApplyAsync(Manifests.Goprom("v3", TwoPauses));

        await space.RolloutAsync("goprom", r => r["metadata"]!["annotations"]!["rollout.argoproj.io/revision"]!.GetValue<string>() == "3" && Space.Text(r, "phase") == "Paused" && Space.Step(r) == 1, "paused with the third template");
        Assert.Equal((1, 3), await space.PodsAsync("goprom"));
    }

    [Fact]
    public async Task Analysis_ThatFails_AbortsAndSaysWhy_AR3()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await DeployedAsync("v1");
        await space.ApplyAsync(Manifests.Health("count: 1"));
        await space.ApplyAsync(Manifests.Goprom("v2",
            $"""
            steps:
            - setWeight: 25
            - analysis:
                templates:
                - templateName: health
                args:
                - name: prometheus
                  value: {prometheus.Address}
                - name: value
                  value: "0.5"
            """));

        var aborted = await space.PhaseAsync("goprom", "Degraded");

        Assert.Equal(
            "RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric \"health\" assessed Failed due to failed (1) > failureLimit (0)",
            Space.Text(aborted, "message"));
        await space.RolloutAsync("goprom", r => Space.Text(r, "updatedReplicas") is null or "0", "without canary pods");
    }

    [Fact]
    public async Task MissingTemplate_IsAnInvalidSpec_AndHealsWhenItAppears_E2E90()
    {
        await using var prometheus = await TestPrometheus.StartAsync();
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom("v1",
            $"""
            analysis:
              templates:
              - templateName: health
              args:
              - name: prometheus
                value: {prometheus.Address}
              - name: value
                value: "0.5"
            steps:
            - setWeight: 25
            """));

        var invalid = await space.PhaseAsync("goprom", "Degraded");
        Assert.Contains("spec.strategy.canary.analysis.templates: Invalid value", Space.Text(invalid, "message"), StringComparison.Ordinal);
        Assert.Contains("AnalysisTemplate 'health' not found", Space.Text(invalid, "message"), StringComparison.Ordinal);

        await space.ApplyAsync(Manifests.Health("count: 1"));
        await space.PhaseAsync("goprom", "Healthy");
    }

    [Fact]
    public async Task Spec_WithoutSelector_IsRefusedWithTheField_VAL2()
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata:
              name: myapp
            spec:
              strategy:
                canary:
                  steps:
                  - setWeight: 20
            """);

        var rollout = await space.PhaseAsync("myapp", "Degraded");

        Assert.StartsWith("InvalidSpec: The Rollout \"myapp\" is invalid: spec.selector: Required value", Space.Text(rollout, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AtAPause_SaysWhatWouldUnblock()
    {
        await using var space = await PausedAsync();

        var explanation = (await space.BasculeAsync("explain", "goprom")).Succeeded();

        Assert.Contains("paused", explanation, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bascule promote goprom", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AsJson_IsTheViewOfTheRollout()
    {
        await using var space = await PausedAsync();

        var view = JsonNode.Parse((await space.BasculeAsync("get", "rollout", "goprom", "-o", "json")).Succeeded());

        Assert.NotNull(view);
        Assert.Contains("Paused", view.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task<Space> DeployedAsync(string version)
    {
        var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Manifests.Goprom(version, TwoPauses));
        await space.PhaseAsync("goprom", "Healthy");
        return space;
    }

    private async Task<Space> PausedAsync()
    {
        var space = await DeployedAsync("v1");
        await space.ApplyAsync(Manifests.Goprom("v2", TwoPauses));
        await space.PausedAtStepAsync("goprom", 1);
        return space;
    }
}
