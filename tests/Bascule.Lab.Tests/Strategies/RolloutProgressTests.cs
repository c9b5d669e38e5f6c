using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;

namespace Bascule.Lab.Tests.Strategies;

public sealed class RolloutProgressTests
{
    private readonly RolloutProgress _progress = new(generation: 2);

    [Fact]
    public void StatusOfTheOldSpec_SaysNothing()
    {
        Assert.Empty(Observe("blue-green", Status("Healthy", generation: 1)));
        Assert.False(_progress.IsDone || _progress.IsForEverybody);
    }

    [Theory]
    [InlineData("Healthy", "v2", 3, true)]
    [InlineData("Progressing", "v2", 3, false)]
    [InlineData("Healthy", "v1", 3, false)]
    [InlineData("Healthy", "v2", 2, false)]
    public void Done_IsWhenTheNewVersionIsStable_AndAllOfItAvailable(string phase, string stable, int available, bool expected)
    {
        Observe("blue-green", Status(phase, stable: stable, available: available));

        Assert.Equal(expected, _progress.IsDone);
    }

    [Fact]
    public void BlueGreen_TheSwitch_IsToldOnce_AndIsForEverybody()
    {
        Assert.Empty(Observe("blue-green", Status("Progressing", active: "v1")));
        Assert.False(_progress.IsForEverybody);

        Assert.Equal([new RolloutAct(MarkKind.Action, "active: v2.0.0")], Observe("blue-green", Status("Progressing", active: "v2")));
        Assert.Empty(Observe("blue-green", Status("Progressing", active: "v2")));
        Assert.True(_progress.IsForEverybody);
    }

    /// <summary>By the steps 10 %, pause, 25 %, pause, 50 %, pause; between two looks several may pass.</summary>
    [Theory]
    [InlineData(new[] { 0, 1, 2, 4, 6 }, new[] { 10, 25, 50, 100 })]
    [InlineData(new[] { 1, 1, 5 }, new[] { 10, 50 })]
    [InlineData(new[] { 6 }, new[] { 100 })]
    public void Canary_EachShareThatIsSeen_IsToldOnce(int[] steps, int[] weights)
    {
        var told = steps.SelectMany(s => Observe("canary-istio", Status("Progressing", step: s))).ToList();

        Assert.Equal(weights, told.Select(a => a.Weight!.Value));
        Assert.All(told, a => Assert.Equal(MarkKind.Weight, a.Kind));
        Assert.Equal(weights[^1] == 100, _progress.IsForEverybody);
    }

    [Fact]
    public void Canary_ThatIsAborted_AsksForNothingAnyMore()
    {
        Observe("canary-istio", Status("Paused", step: 1));

        Assert.Equal(0, Assert.Single(Observe("canary-istio", Status("Degraded", step: 0, abort: true))).Weight);
        Assert.True(_progress.IsAborted);
        Assert.False(_progress.IsForEverybody);
    }

    /// <summary>A ramp has no step at which one could stop to look.</summary>
    [Fact]
    public void Ramped_IsForEverybodyFromTheBeginning_WithoutAShareToShow()
    {
        Assert.Empty(Observe("ramped", Status("Progressing")));

        Assert.True(_progress.IsForEverybody);
    }

    [Fact]
    public void AbTesting_TheGroupsRoute_IsToldOnceItsStepHasPassed()
    {
        Assert.Empty(Observe("ab-testing", Status("Progressing", step: 1)));

        Assert.Equal([new RolloutAct(MarkKind.Action, "beta: v2.0.0")], Observe("ab-testing", Status("Paused", step: 2)));
    }

    [Fact]
    public void Shadow_CopiesBegin_AndEndBeforeEverybodyGetsIt()
    {
        var told = new[] { 0, 2, 4, 5 }.SelectMany(s => Observe("shadow", Status("Progressing", step: s)));

        Assert.Equal(["copies: v2.0.0", "copies: no more", "100 % are to get v2.0.0"], told.Select(a => a.Text));
    }

    private ImmutableArray<RolloutAct> Observe(string strategy, JsonObject status)
    {
        var parameters = new LabOptions { RunDirectory = "", Begun = 0 }.ParametersOf(LabOptions.CanaryVersion);
        var body = AllStrategies.List.Single(s => s.Name == strategy).ByRollout!.Objects(parameters).Single(o => o.Type.Kind == "Rollout").Body;
        body["status"] = status;
        return _progress.Observe(Rollout.Read(KubeObject.From(body).Root));
    }

    private static JsonObject Status(string phase, long generation = 2, string stable = "v1", string active = "v1", int step = 0, int available = 3, bool abort = false) => new()
    {
        ["observedGeneration"] = $"{generation}",
        ["phase"] = phase,
        ["currentPodHash"] = "v2",
        ["stableRS"] = stable,
        ["blueGreen"] = new JsonObject { ["activeSelector"] = active },
        ["currentStepIndex"] = step,
        ["availableReplicas"] = available,
        ["abort"] = abort,
    };
}
