using System.Globalization;
using Bascule.Controller.Actions;
using Bascule.Controller.Views;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Rollouts;

/// <summary>Canaries through the real API, from one user's action to the next.</summary>
public sealed class CanaryEndToEndTests
{
    private const string Steps = """[ { "setWeight": 20 }, { "pause": {} }, { "setWeight": 60 }, { "pause": { "duration": "10s" } } ]""";

    [Fact]
    public async Task Rollout_FirstDeploy_IsHealthyWithoutSteps_LIFE1()
    {
        var cluster = await TestCluster.WithRolloutAsync(Steps);

        await cluster.SettleAsync();

        Assert.Equal(("Healthy", "web:1=5", 4), (cluster.Rollout.Status.Phase, cluster.Pods, cluster.Rollout.Status.CurrentStepIndex));
    }

    [Fact]
    public async Task Rollout_NewImage_GoesThroughItsStepsToTheEnd()
    {
        var cluster = await DeployedAsync();

        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();
        Assert.Equal(("Paused", "web:1=4 web:2=1"), (cluster.Rollout.Status.Phase, cluster.Pods));

        await cluster.SendAsync(RolloutActions.Promote(cluster.Rollout));
        var again = await cluster.SettleAsync();
        Assert.Equal(("Paused", "web:1=2 web:2=3"), (cluster.Rollout.Status.Phase, cluster.Pods));
        Assert.Equal(TimeSpan.FromSeconds(10), again);

        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await cluster.SettleAsync();
        Assert.Equal(("Healthy", "web:2=5"), (cluster.Rollout.Status.Phase, cluster.Pods));
    }

    [Fact]
    public async Task Rollout_Aborted_ReturnsToStable_AndRetried_StartsAgain_LIFE15_LIFE19()
    {
        var cluster = await DeployedAsync();
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();

        await cluster.SendAsync(RolloutActions.Abort());
        await cluster.SettleAsync();
        Assert.Equal(("Degraded", "web:1=5"), (cluster.Rollout.Status.Phase, cluster.Pods));

        await cluster.SendAsync(RolloutActions.Retry());
        await cluster.SettleAsync();
        Assert.Equal(("Paused", "web:1=4 web:2=1"), (cluster.Rollout.Status.Phase, cluster.Pods));
    }

    [Fact]
    public async Task Rollout_FullyPromoted_SkipsWhatIsLeft_LIFE23()
    {
        var cluster = await DeployedAsync();
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();

        await cluster.SendAsync(RolloutActions.PromoteFull(cluster.Rollout));
        await cluster.SettleAsync();

        Assert.Equal(("Healthy", "web:2=5"), (cluster.Rollout.Status.Phase, cluster.Pods));
        Assert.Empty(RolloutActions.PromoteFull(cluster.Rollout));
    }

    [Fact]
    public async Task Rollout_Undone_MidUpdate_ReturnsWithoutSteps_LIFE13()
    {
        var cluster = await DeployedAsync();
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();

        await cluster.SendAsync(RevisionHistory.Undo(cluster.Rollout, cluster.ReplicaSets, 0));
        await cluster.SettleAsync();

        Assert.Equal(("Healthy", "web:1=5"), (cluster.Rollout.Status.Phase, cluster.Pods));
    }

    [Fact]
    public async Task Rollout_PausedByUser_Holds_AndPromoted_GoesOn_LIFE27()
    {
        var cluster = await DeployedAsync();
        await cluster.SendAsync(RolloutActions.Pause());
        await cluster.SettleAsync();

        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();
        Assert.Equal(("Paused", "web:1=5"), (cluster.Rollout.Status.Phase, cluster.Pods));

        await cluster.SendAsync(RolloutActions.Promote(cluster.Rollout));
        await cluster.SettleAsync();
        Assert.Equal("web:1=4 web:2=1", cluster.Pods);
    }

    [Fact]
    public async Task Rollout_AtRest_IsNotWritten()
    {
        var cluster = await DeployedAsync();
        var before = cluster.Controller.Writes.Count;

        var again = await cluster.Reconciler.ReconcileAsync(new("default", "web"), CancellationToken.None);

        Assert.Equal((before, null), (cluster.Controller.Writes.Count, again));
    }

    [Fact]
    public async Task Rollout_ChangedBetweenLookAndWrite_IsLookedAtAgainAndConverges()
    {
        var cluster = await DeployedAsync();
        await cluster.SetImageAsync("web:2");
        var disturbed = 0;
        cluster.Controller.Before = write =>
        {
            // Somebody else touches the object just before the controller's first writes.
            if (write.StartsWith("patch ", StringComparison.Ordinal) && disturbed < 3)
            {
                disturbed++;
                var (type, key) = write.Contains("rollouts", StringComparison.Ordinal)
                    ? (ArgoResources.Rollouts, new ObjectKey("default", "web"))
                    : (ResourceTypes.ReplicaSets, new ObjectKey("default", write[(write.LastIndexOf('/') + 1)..]));
                _ = cluster.Client.PatchAsync(
                    type, key, Patch.Merge(TestObjects.Json("""{"metadata":{"annotations":{"touched":"TIMES"}}}""".Replace("TIMES", disturbed.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))), null, CancellationToken.None).GetAwaiter().GetResult();
            }
        };

        await cluster.SettleAsync();

        Assert.Equal((3, "web:1=4 web:2=1"), (disturbed, cluster.Pods));
    }

    [Fact]
    public async Task Explain_AtAPause_SaysSoAndWhatWouldUnblock()
    {
        var cluster = await DeployedAsync();
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();

        var explanation = RolloutExplanation.Of(cluster.Cache, new("default", "web"), cluster.Time.GetUtcNow())!;

        Assert.Empty(explanation.Next);
        Assert.Null(explanation.LookAgainAfter);
        Assert.Contains(explanation.Reasons, r => r.Kind == Engine.Rollouts.ReasonKind.PauseStep && r.Unblock is not null);
    }

    private static async Task<TestCluster> DeployedAsync()
    {
        var cluster = await TestCluster.WithRolloutAsync(Steps);
        await cluster.SettleAsync();
        return cluster;
    }
}
