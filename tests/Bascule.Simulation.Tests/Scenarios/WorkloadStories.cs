using Bascule.Simulation.World;

namespace Bascule.Simulation.Tests.Scenarios;

/// <summary>A Rollout that takes the place of a Deployment.</summary>
public sealed class WorkloadStories
{
    private const string Canary = """
        replicas: 4
        strategy: { canary: { maxSurge: 1, maxUnavailable: 0, steps: [{ setWeight: 25 }, { pause: {} }] } }
        """;

    [Theory]
    [InlineData("never", 4)]
    [InlineData("onsuccess", 0)]
    [InlineData("progressively", 0)]
    public void FirstVersion_Healthy_TheDeploymentIsScaledAsAsked_SPEC17_SPEC18_SPEC19(string scaleDown, int left) => Story
        .GivenNewRolloutOfADeployment(Canary, scaleDown)
        .WhenNothingMoves().ThenPhase("Healthy").ThenPods("v1", 4).ThenDeploymentHas(left);

    [Theory]
    [InlineData("onsuccess")]
    [InlineData("progressively")]
    public void FirstVersion_NeverReady_TheDeploymentKeepsItsPodsUntilTheFixIs_SPEC20(string scaleDown) => Story
        .GivenNewRolloutOfADeployment(Canary, scaleDown, PodBehaviour.Broken)
        .WhenSecondsPass(900).ThenPhase("Degraded").ThenDeploymentHas(4)
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").WhenUserPromotes()
        .WhenNothingMoves().ThenPhase("Healthy").ThenStable("v2").ThenDeploymentHas(0);

    [Fact]
    public void Progressively_PodsComeSlowly_AsManyServeAsBeforeAtAnyTime_SPEC19() => Story
        .GivenNewRolloutOfADeployment(Canary, "progressively", PodBehaviour.Slow)
        .WhenNothingMoves().ThenPhase("Healthy").ThenDeploymentHas(0)
        .ThenAlways("four pods are ready", v => v.Workload!.Wanted + v.ReplicaSets.Sum(r => r.KnownReady) >= 4);

    [Fact]
    public void Template_ChangedInTheDeployment_IsAnUpdate_SPEC15() => Story
        .GivenNewRolloutOfADeployment(Canary, "onsuccess").FromItsHealthyDays()
        .WhenUserApplies("v2")
        .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1).ThenPods("v1", 3).ThenDeploymentHas(0);

    /// <summary>As seed 200168 found it: whoever began while it was away heard nothing of it later.</summary>
    [Fact]
    public void Deployment_AwayWhileAnotherControllerBegins_IsHeardOfWhenItIsBack_SPEC15()
    {
        var story = Story.GivenNewRolloutOfADeployment(Canary, "never").FromItsHealthyDays().WhenUserDeletesTheDeployment();
        story.World.ChangeLeader(TimeSpan.Zero);

        story.WhenSecondsPass(60).ThenPhase("Degraded").ThenPods("v1", 4)
            .WhenUserAppliesTheDeploymentAgain()
            .WhenNothingMoves().ThenPhase("Healthy")
            .WhenUserApplies("v2")
            .WhenPhaseIs("Paused").ThenStep(1).ThenPods("v2", 1);
    }
}
