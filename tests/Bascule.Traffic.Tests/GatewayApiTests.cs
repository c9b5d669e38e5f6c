using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What the Gateway API's router does where routes are not as the Rollout says, and what it makes of their status.</summary>
public sealed class GatewayApiTests
{
    private const string Both = "[{ backendRefs: [{ name: stable, port: 80, weight: 80 }, { name: canary, port: 80, weight: 20 }] }]";

    [Theory]
    [InlineData("{ namespace: default }", Both, "No routes configured. At least one of httpRoute, grpcRoute, tcpRoute, tlsRoute, their lists or their selectors must be set")]
    [InlineData("{ httpRoute: other }", Both, "HTTPRoute `other` not found in namespace default")]
    [InlineData("{ httpRoute: web }", "[{ backendRefs: [{ name: stable, port: 80 }] }]", "backendRef was not found in HTTPRoute `web`: no rule leads to the Service \"canary\"")]
    public async Task Routes_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRGW02_TRGW04(string settings, string rules, string problem)
    {
        var rollout = Rollout(settings);
        var cluster = await RoutingCluster.WithAsync(Route(rules));

        var error = await Assert.ThrowsAsync<TrafficRoutingException>(() => cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None));

        Assert.Equal(problem, error.Message);
        Assert.Empty(cluster.Writes);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("[{ conditions: [{ type: Accepted, status: 'True', observedGeneration: 1 }] }]", true)]
    [InlineData("[{ conditions: [{ type: Accepted, status: 'False', observedGeneration: 1 }] }]", false)]
    [InlineData("[{ conditions: [{ type: Accepted, status: 'True', observedGeneration: 0 }] }]", false)]
    [InlineData("[{ conditions: [{ type: Accepted, status: 'True', observedGeneration: 1 }] }, { conditions: [{ type: Programmed, status: 'True' }] }]", false)]
    public async Task Weights_AreVerified_WhenTheGatewaysHaveTakenTheRoute_TRGW08(string parents, bool? verified)
    {
        // TR-MX-10
        var rollout = Rollout("{ httpRoute: web, disableInProgressLabel: true }");
        var cluster = await RoutingCluster.WithAsync(Route(Both));
        var reported = ((JsonArray)Yaml(parents)).Select(p => p!.DeepClone()).Cast<JsonObject>().ToList();
        foreach (var parent in reported)
            Complete(parent);
        await cluster.Client.PatchAsync(RoutingTypes.Default.HttpRoutes, new("default", "web"), Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["parents"] = new JsonArray([.. reported]) } }), "status", CancellationToken.None);

        var answer = await cluster.RouterOf(rollout).AskAsync(rollout, TestPlan.Of(rollout, 20) with { Verify = true }, CancellationToken.None);

        Assert.Equal((true, verified), (answer.InForce, answer.Verified));
    }

    [Fact]
    public async Task Experiment_IsAddedWithThePortOfItsService_TRGW06()
    {
        var rollout = TestRollout.Of("{ canaryService: canary, stableService: stable, trafficRouting: { plugins: { argoproj-labs/gatewayAPI: { httpRoute: web } } }, steps: [{ experiment: { templates: [{ name: exp, specRef: canary, weight: 10 }] } }] }");
        var service = (JsonObject)Yaml("{ apiVersion: v1, kind: Service, metadata: { name: web-abc-2-0-exp }, spec: { ports: [{ name: admin, port: 9090 }, { name: http, port: 8081 }] } }");
        var cluster = await RoutingCluster.WithAsync(Route(Both), service);
        var plan = TestPlan.Read(rollout, (JsonObject)Yaml("{ weight: 5, additional: [{ service: web-abc-2-0-exp, hash: abc, weight: 10 }] }"));

        await cluster.RouterOf(rollout).SetAsync(rollout, plan, CancellationToken.None);

        var backends = (await cluster.Client.GetAsync(RoutingTypes.Default.HttpRoutes, new("default", "web"), CancellationToken.None)).ToNode()["spec"]!["rules"]![0]!["backendRefs"]!.AsArray();
        Assert.Equal(["stable:80:85", "canary:80:5", "web-abc-2-0-exp:8081:10"], backends.Select(b => $"{b!["name"]}:{b["port"]}:{b["weight"]}"));
    }

    private static Api.Rollouts.Rollout Rollout(string settings) =>
        TestRollout.Of($"{{ canaryService: canary, stableService: stable, trafficRouting: {{ plugins: {{ argoproj-labs/gatewayAPI: {settings} }} }} }}");

    private static JsonObject Route(string rules) => new()
    {
        ["apiVersion"] = "gateway.networking.k8s.io/v1",
        ["kind"] = "HTTPRoute",
        ["metadata"] = new JsonObject { ["name"] = "web" },
        ["spec"] = new JsonObject { ["rules"] = Yaml(rules).DeepClone() },
    };

    /// <summary>What the schema demands beside what matters.</summary>
    private static void Complete(JsonObject parent)
    {
        (parent["controllerName"], parent["parentRef"]) = ("example.com/gateway", new JsonObject { ["name"] = "shop" });
        foreach (var condition in parent["conditions"]!.AsArray())
            (condition!["lastTransitionTime"], condition["reason"], condition["message"]) = ("2026-01-01T00:00:00Z", "Because", "");
    }

    private static JsonNode Yaml(string text) => YamlReader.ReadAll(text).Single().Root!;
}
