namespace Bascule.Traffic.Tests;

/// <summary>What Traefik's router says of objects that are not as the Rollout says.</summary>
public sealed class TraefikTests
{
    private const string Canary = "{ canaryService: canary, stableService: stable, trafficRouting: { traefik: { weightedTraefikServiceName: split } } }";

    [Theory]
    [InlineData("other", "{ weighted: { services: [{ name: stable }, { name: canary }] } }",
        "TraefikService `split` not found in namespace default")]
    [InlineData("split", "{ mirroring: { name: stable } }",
        "spec.weighted.services was not found in traefik service manifest: TraefikService `split` should list the canary and the stable Service there")]
    [InlineData("split", "{ weighted: { services: [{ name: stable }, { name: other }] } }",
        "traefik canary service was not found: TraefikService `split` should list `canary` in spec.weighted.services, found `stable`, `other`")]
    [InlineData("split", "{ weighted: { services: [{ name: canary }] } }",
        "traefik stable service was not found: TraefikService `split` should list `stable` in spec.weighted.services, found `canary`")]
    [InlineData("split", "{ weighted: { services: [] } }",
        "traefik canary service was not found: TraefikService `split` should list `canary` in spec.weighted.services, found none")]
    public async Task Objects_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRTRF04(string name, string spec, string problem) =>
        Assert.Equal(problem, await Refusal.OfAsync(Canary, $$"""{ apiVersion: traefik.io/v1alpha1, kind: TraefikService, metadata: { name: {{name}}, namespace: default }, spec: {{spec}} }"""));
}
