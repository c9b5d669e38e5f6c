namespace Bascule.Traffic.Tests;

/// <summary>What APISIX's router says of objects that are not as the Rollout says.</summary>
public sealed class ApisixTests
{
    private const string Canary = "{ canaryService: canary, stableService: stable, trafficRouting: { apisix: { route: { name: web } } } }";
    private const string Match = "match: { paths: [/] }";
    private const string Both = "backends: [{ serviceName: stable, servicePort: 80 }, { serviceName: canary, servicePort: 80 }]";

    [Theory]
    [InlineData("other", "{ http: [{ name: web, " + Match + ", " + Both + " }] }",
        "ApisixRoute `web` not found in namespace default")]
    [InlineData("web", "{ stream: [] }",
        "spec.http was not found in Apisix Route manifest: ApisixRoute `web` should list the rules there")]
    [InlineData("web", "{ http: [{ name: pages, " + Match + ", " + Both + " }] }",
        "Apisix http route rule web not found: ApisixRoute `web` has the rules `pages`")]
    [InlineData("web", "{ http: [{ name: web, " + Match + " }] }",
        "Apisix http route backends not found: ApisixRoute `web`, rule `web`")]
    [InlineData("web", "{ http: [{ name: web, " + Match + ", backends: [{ serviceName: stable, servicePort: 80 }] }] }",
        "apisix route canary backend was not found: ApisixRoute `web`, rule `web` has the backends `stable`")]
    [InlineData("web", "{ http: [{ name: web, " + Match + ", backends: [{ serviceName: canary, servicePort: 80 }, { serviceName: old, servicePort: 80 }] }] }",
        "apisix route stable backend was not found: ApisixRoute `web`, rule `web` has the backends `canary`, `old`")]
    public async Task Objects_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRAPX03(string name, string spec, string problem) =>
        Assert.Equal(problem, await Refusal.OfAsync(Canary, $$"""{ apiVersion: apisix.apache.org/v2, kind: ApisixRoute, metadata: { name: {{name}}, namespace: default }, spec: {{spec}} }"""));

    [Fact]
    public async Task HeaderRoute_OfSomebodyElse_IsLeftAlone_TRAPX06()
    {
        const string managed = "{ canaryService: canary, stableService: stable, trafficRouting: { managedRoutes: [{ name: beta }], apisix: { route: { name: web } } } }";
        const string spec = "spec: { http: [{ name: web, " + Match + ", " + Both + " }] }";

        Assert.StartsWith(
            "duplicate ApisixRoute [beta] already exists: it exists and is not controlled by Rollout default/web",
            await Refusal.OfAsync(
                managed,
                $"{{ apiVersion: apisix.apache.org/v2, kind: ApisixRoute, metadata: {{ name: web }}, {spec} }}\n---\n{{ apiVersion: apisix.apache.org/v2, kind: ApisixRoute, metadata: {{ name: beta }}, {spec} }}",
                "{ weight: 20, routes: [{ setHeaderRoute: { name: beta, match: [{ headerName: a, headerValue: { exact: b } }] } }] }"),
            StringComparison.Ordinal);
    }
}
