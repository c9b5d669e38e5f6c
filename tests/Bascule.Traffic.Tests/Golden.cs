using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Tests.Shared;

namespace Bascule.Traffic.Tests;

/// <summary>
/// One folder of <c>Golden</c>: <c>rollout.yaml</c> holds the Rollout's <c>spec.strategy.canary</c>, <c>plan.yaml</c> what is
/// asked, <c>before.yaml</c> and <c>after.yaml</c> all routing objects.
/// </summary>
internal sealed record Golden(Rollout Rollout, TrafficPlan Plan, ImmutableArray<JsonObject> Before, ImmutableArray<JsonObject> After)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Bascule.Traffic.Tests", "Golden");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(s_folder, "plan.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(s_folder, Path.GetDirectoryName(f)!).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>The types of all objects, before or after.</summary>
    public IEnumerable<ResourceType> Types => Before.Concat(After).Select(RoutingCluster.TypeOf).Distinct();

    public static Golden Read(string name) => Read(name, One(name, "rollout.yaml"));

    /// <summary>A folder of the Gateway API, of which the Rollout says natively what it says to the plugin.</summary>
    public static Golden ReadNatively(string name)
    {
        var canary = One(name, "rollout.yaml");
        var routing = canary["trafficRouting"]!.AsObject();
        routing["gatewayAPI"] = routing["plugins"]![GatewayApiRouting.Plugin]!.DeepClone();
        routing.Remove("plugins");
        return Read(name, canary);
    }

    private static Golden Read(string name, JsonObject canary)
    {
        var rollout = TestRollout.Of(canary);
        return new(rollout, TestPlan.Read(rollout, One(name, "plan.yaml")), All(name, "before.yaml"), All(name, "after.yaml"));
    }

    /// <summary>Objects as text that shows what differs; without what the server adds.</summary>
    public static string Text(IEnumerable<JsonObject> objects) => string.Join('\n', objects.Select(Bare).Order(StringComparer.Ordinal));

    private static string Bare(JsonObject value)
    {
        var bare = (JsonObject)value.DeepClone();
        var metadata = (JsonObject)bare["metadata"]!;
        foreach (var field in (string[])["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"])
            metadata.Remove(field);
        bare.Remove("status");
        return Sorted(bare)!.ToJsonString(s_indented);
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject One(string name, string file) => All(name, file).Single();

    private static ImmutableArray<JsonObject> All(string name, string file)
    {
        var path = Path.Combine(s_folder, name, file);
        return File.Exists(path) ? [.. YamlReader.ReadAll(File.ReadAllText(path)).Select(d => (JsonObject)d.Root!)] : [];
    }
}
