using System.Text.Json.Nodes;
using Bascule.Kube.Yaml;

namespace Bascule.Traffic.Tests;

/// <summary>What a router says of objects that are not as the Rollout says.</summary>
internal static class Refusal
{
    /// <summary>The message of the router, which must leave all objects alone.</summary>
    /// <param name="canary">The Rollout's <c>spec.strategy.canary</c>, in YAML.</param>
    /// <param name="objects">The routing objects, in YAML.</param>
    /// <param name="plan">What is asked, as in the golden folders.</param>
    public static async Task<string> OfAsync(string canary, string objects, string plan = "weight: 20")
    {
        var rollout = TestRollout.Of(canary);
        var asked = TestPlan.Read(rollout, (JsonObject)YamlReader.ReadAll(plan).Single().Root!);
        var cluster = await RoutingCluster.WithAsync(Objects(objects));

        var error = await Assert.ThrowsAsync<TrafficRoutingException>(() => cluster.RouterOf(rollout).SetAsync(rollout, asked, CancellationToken.None));

        Assert.Empty(cluster.Writes);
        return error.Message;
    }

    /// <summary>Objects out of YAML.</summary>
    public static IEnumerable<JsonObject> Objects(string yaml) => YamlReader.ReadAll(yaml).Select(d => (JsonObject)d.Root!);
}
