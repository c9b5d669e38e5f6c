using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class InvalidRolloutTests
{
    [Theory]
    [InlineData("""{"canary":{"trafficRouting":{"smi":{}},"canaryService":"c","stableService":"s"}}""", "spec.strategy.canary.trafficRouting.smi")]
    public void Feature_NotRunYet_IsSaidAndLeftAsItIs(string strategy, string path)
    {
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        world.PatchStatus("""{"canary":{"weights":{"verified":true}}}""");
        world.Edit(spec => spec["strategy"] = JsonNode.Parse(strategy));
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.StartsWith($"InvalidSpec: The Rollout \"web\" is invalid: {path}: Forbidden: this version of Bascule does not run ", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal((ReasonKind.Unsupported, $"take {path} out of the Rollout"), (decision.Reasons[0].Kind, decision.Reasons[0].Unblock));
        Assert.Equal("v1:3", world.Pods);
        Assert.NotNull(world.Rollout["status"]!["canary"]!["weights"]);
    }

    [Fact]
    public void Spec_MadeInvalidAndMended_GoesOn() // COND-3
    {
        var world = TestWorld.Canary(3, """[{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 500);
        world.Settle();
        Assert.Equal("InvalidSpec: The Rollout \"web\" is invalid: spec.strategy.steps[0].setWeight: Invalid value: 500: must be between 0 and 100", world.Status.Message);
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        Assert.Equal(world.Rollout["metadata"]!["generation"]!.GetValue<int>().ToString(System.Globalization.CultureInfo.InvariantCulture), world.Status.ObservedGeneration);

        world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = -500);
        world.Settle();
        Assert.Contains("Invalid value: -500", world.Status.Message, StringComparison.Ordinal);
        Assert.Single(world.Status.Conditions, c => c.Type == ConditionTypes.InvalidSpec);

        world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 50);
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Theory] // REF-1, REF-2, REF-3
    [InlineData(null, null, "spec.strategy.canary.stableService: Invalid value: \"stable\": services \"stable\" not found")]
    [InlineData("""{"app":"api"}""", null, "spec.strategy.canary.stableService: Invalid value: \"stable\": the Service \"stable\" selects pods by app=api, which is not among the labels of the pod template")]
    [InlineData("""{"app":"web"}""", "other", "spec.strategy.canary.stableService: Invalid value: \"stable\": the Service \"stable\" is managed by another Rollout, \"other\"")]
    public void Service_Unfit_IsNamed(string? selector, string? manager, string error)
    {
        var world = TestWorld.Canary(3, "[]", "\"stableService\":\"stable\",");
        if (selector is not null)
            world.AddService("stable", selector);
        if (manager is not null)
            world.Services["stable"]["metadata"]!["annotations"] = new JsonObject { [Annotations.ManagedBy] = manager };
        world.Settle();

        Assert.Equal($"InvalidSpec: The Rollout \"web\" is invalid: {error}", world.Status.Message);
    }
}
