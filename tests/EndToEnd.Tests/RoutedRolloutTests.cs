using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>Rollouts whose controller writes the routes that a gateway honours: users get the share that the step asks for.</summary>
[Collection(Collections.Gateway)]
public sealed class RoutedRolloutTests(Cluster cluster)
{
    private const string Host = "routed.example";

    [Theory]
    [InlineData("istio")]
    [InlineData("nginx")]
    [InlineData("gateway-api")]
    public async Task Canary_GivesUsersTheShareOfItsStep_ThenAll_AndNoneOnAbort(string router)
    {
        await using var space = await cluster.NewSpaceAsync();
        await space.ApplyAsync(Services() + "---\n" + Route(router) + "---\n" + Rollout(router));
        await space.PhaseAsync("goprom", "Healthy");
        var url = router == "nginx" ? await Visitors.IngressAddressAsync(space, "goprom") : await Visitors.IstioAsync(cluster);
        await Visitors.UntilAnswersAsync(url, Host, all: ["v1.0.0"]);

        await SetVersionAsync(space, "v2.0.0");
        await space.PausedAtStepAsync("goprom", 1);
        await Visitors.UntilShareAsync(url, Host, "v2.0.0", 0.25);

        (await space.BasculeAsync("abort", "goprom")).Succeeded();
        await Visitors.UntilAnswersAsync(url, Host, all: ["v1.0.0"]);

        (await space.BasculeAsync("retry", "goprom")).Succeeded();
        await space.PausedAtStepAsync("goprom", 1);
        (await space.BasculeAsync("promote", "goprom")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");
        await Visitors.UntilAnswersAsync(url, Host, all: ["v2.0.0"]);
    }

    private static async Task SetVersionAsync(Space space, string version) => (await space.KubectlAsync(
        "patch", "rollout", "goprom", "--type", "json", "-p", $$"""[{"op":"replace","path":"/spec/template/spec/containers/0/env/0/value","value":"{{version}}"}]""")).Succeeded();

    private static string Services() => string.Join("---\n", new[] { "goprom", "goprom-canary" }.Select(name => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec: { selector: { app: goprom }, ports: [{ name: http, port: 80, targetPort: http }] }

        """));

    private static string Route(string router) => router switch
    {
        "istio" => $$"""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: { name: goprom }
            spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [{{Host}}] }] }
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: goprom }
            spec: { hosts: [{{Host}}], gateways: [goprom], http: [{ name: primary, route: [{ destination: { host: goprom }, weight: 100 }, { destination: { host: goprom-canary }, weight: 0 }] }] }

            """,
        "nginx" => $$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: { name: goprom }
            spec: { ingressClassName: nginx, rules: [{ host: {{Host}}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: goprom, port: { number: 80 } } } }] } }] }

            """,
        _ => $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: { name: goprom }
            spec: { gatewayClassName: bascule, listeners: [{ name: http, port: 80, protocol: HTTP }] }
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: goprom }
            spec: { parentRefs: [{ name: goprom }], hostnames: [{{Host}}], rules: [{ backendRefs: [{ name: goprom, port: 80, weight: 100 }, { name: goprom-canary, port: 80, weight: 0 }] }] }

            """,
    };

    private static string Rollout(string router) => new JsonObject
    {
        ["apiVersion"] = "argoproj.io/v1alpha1",
        ["kind"] = "Rollout",
        ["metadata"] = new JsonObject { ["name"] = "goprom" },
        ["spec"] = JsonNode.Parse($$"""
            {"replicas": 2, "selector": {"matchLabels": {"app": "goprom"} },
             "template": {"metadata": {"labels": {"app": "goprom"} }, "spec": {"containers": [{"name": "goprom", "image": "{{Cluster.Image}}", "env": [{"name": "VERSION", "value": "v1.0.0"}],
              "ports": [{"name": "http", "containerPort": 8080}, {"name": "probe", "containerPort": 8086}], "readinessProbe": {"httpGet": {"path": "/ready", "port": "probe"}, "periodSeconds": 1} }] } },
             "strategy": {"canary": {"stableService": "goprom", "canaryService": "goprom-canary", "trafficRouting": {{Routing(router)}}, "steps": [{"setWeight": 25}, {"pause": {} }, {"setWeight": 60}] } } }
            """),
    }.ToJsonString();

    private static string Routing(string router) => router switch
    {
        "istio" => """{"istio": {"virtualService": {"name": "goprom", "routes": ["primary"]} } }""",
        "nginx" => """{"nginx": {"stableIngress": "goprom"} }""",
        _ => """{"plugins": {"argoproj-labs/gatewayAPI": {"httpRoute": "goprom"} } }""",
    };
}
