using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>Routers whose kind of objects the cluster does not serve: one condition, and everything stays where it is.</summary>
public sealed class UnservedRoutersTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}}]""";
    private static readonly UnservedRouter Istio = new("istio", "the cluster does not serve it");

    [Fact]
    public void Kind_ThatIsNotServed_IsAConditionAndHoldsTheStepUntilItAppears()
    {
        var world = Updating("");
        var wait = world.Settle();

        Assert.Equal(("False", "RoutingKindNotServed", "istio: the cluster does not serve it"), Condition(world) is { } c ? (c.Status, c.Reason, c.Message) : default);
        Assert.Equal(("Progressing", 0, 0, 0), (world.Status.Phase, world.Status.CurrentStepIndex, world.Status.Weights!.Canary.Weight, world.Traffic!.Canary.Weight));
        Assert.Equal("v1:5 v2:1", world.Pods);
        Assert.Equal(TimeSpan.FromSeconds(10), wait.LookAgainAfter);
        Assert.Contains(wait.Reasons, r => r.Kind == ReasonKind.WaitingForTraffic && r.Message.StartsWith("istio: the cluster does not serve it", StringComparison.Ordinal));
        var told = Assert.Single(world.Emitted, e => e.Reason == EventReasons.TrafficRoutingError);
        Assert.Equal((true, "istio: the cluster does not serve it"), (told.Warning, told.Message));

        world.Unserved = [];
        world.Settle();

        Assert.Null(Condition(world));
        Assert.Equal(("Paused", 1, 20), (world.Status.Phase, world.Status.CurrentStepIndex, world.Status.Weights!.Canary.Weight));
    }

    [Fact]
    public void Condition_AtRest_IsNotWrittenAgain()
    {
        var world = Updating("");
        world.Settle();

        for (var look = 0; look < 10; look++)
        {
            world.Now += TimeSpan.FromSeconds(10);
            Assert.Empty(world.Decide().Effects);
        }
    }

    [Fact]
    public void Condition_WhenAnotherVersionIsMissing_SaysSoAndKeepsItsTransition()
    {
        var world = Updating("");
        world.Settle();
        var before = Condition(world)!;
        world.Now += TimeSpan.FromSeconds(30);

        world.Unserved = [Istio with { Problem = "nor this version" }];
        world.Settle();

        var after = Condition(world)!;
        Assert.Equal(("istio: nor this version", before.LastTransitionTime, world.Now), (after.Message, after.LastTransitionTime, after.LastUpdateTime));
    }

    [Theory]
    [InlineData("another version", true)]
    [InlineData("paused by the user", true)]
    [InlineData("aborted", true)]
    [InlineData("more pods", true)]
    [InlineData("invalid", false)]
    [InlineData("no router", false)]
    [InlineData("blue-green", false)]
    [InlineData("another problem", false)]
    public void Condition_OfARolloutThatChanges_IsThereWhileItIsTrueAndKnown(string circumstance, bool stays)
    {
        var world = Updating("");
        world.Settle();
        var before = Condition(world)!;
        world.Now += TimeSpan.FromSeconds(5);
        var strategy = world.Rollout["spec"]!["strategy"]!;
        switch (circumstance)
        {
            case "another version":
                world.SetImage("v3");
                break;
            case "paused by the user":
                world.Rollout["spec"]!["paused"] = true;
                break;
            case "aborted":
                world.PatchStatus("""{"abort":true}""");
                break;
            case "more pods":
                world.Rollout["spec"]!["replicas"] = 7;
                break;
            case "invalid":
                world.Rollout["spec"]!["minReadySeconds"] = -1;
                break;
            case "no router":
                strategy["canary"]!.AsObject().Remove("trafficRouting");
                break;
            case "blue-green":
                world.AddService("active");
                world.Rollout["spec"]!["strategy"] = System.Text.Json.Nodes.JsonNode.Parse("""{"blueGreen":{"activeService":"active"}}""");
                break;
            default:
                (world.Unserved, world.TrafficProblem) = ([], "no VirtualService");
                break;
        }

        world.Settle();

        Assert.Equal(stays ? before : null, Condition(world));
    }

    [Fact]
    public void Routers_OfKindsThatAreServed_GoOn()
    {
        var world = Updating("\"nginx\":{\"stableIngress\":\"web\"},");
        world.Settle();

        Assert.Equal((20, 0, 0), (world.Traffic!.Canary.Weight, world.Status.Weights!.Canary.Weight, world.Status.CurrentStepIndex));
        Assert.Equal(["istio"], world.Applied.SelectMany(d => d.Effects).OfType<SetTraffic>().Last().Without.Select(u => u.Name));

        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal((0, "v1:5 v2:1"), (world.Traffic.Canary.Weight, world.Pods)); // Where nobody can tell, nobody loses pods.

        world.PatchStatus("""{"abort":null}""");
        world.Unserved = [];
        world.Settle();
        Assert.Equal((20, 20, "Paused"), (world.Traffic.Canary.Weight, world.Status.Weights!.Canary.Weight, world.Status.Phase));
    }

    /// <summary>A canary of which the new version comes while Istio's kinds are not served.</summary>
    private static TestWorld Updating(string more)
    {
        var world = TestWorld.Routed(5, Steps, routing: more);
        world.Settle();
        world.Unserved = [Istio];
        world.SetImage("v2");
        return world;
    }

    private static RolloutCondition? Condition(TestWorld world) => world.Status.Condition(ConditionTypes.TrafficRoutingReady);
}
