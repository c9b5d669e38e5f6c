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
}
