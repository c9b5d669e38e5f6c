using Bascule.Controller.Telemetry;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class RolloutStateMetricsTests
{
    [Fact]
    public void Rollout_AsItStands_IsToldInEveryGauge_PM1to6()
    {
        var lines = Lines(TestObjects.Rollout(status: """{"replicas":7,"availableReplicas":4,"updatedReplicas":2,"conditions":[{"type":"Progressing","status":"True","reason":"RolloutPaused"}]}"""));

        Assert.Equal(
            [
                """rollout_info{namespace="shop",name="web",strategy="canary",traffic_router="",phase="Paused"} 1""",
                """rollout_info_replicas_available{namespace="shop",name="web"} 4""",
                """rollout_info_replicas_unavailable{namespace="shop",name="web"} 3""",
                """rollout_info_replicas_desired{namespace="shop",name="web"} 5""",
                """rollout_info_replicas_updated{namespace="shop",name="web"} 2""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Completed"} 0""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Progressing"} 0""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Paused"} 1""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Timeout"} 0""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Error"} 0""",
                """rollout_phase{namespace="shop",name="web",strategy="canary",phase="Abort"} 0""",
            ],
            lines);
    }

    [Theory]
    [InlineData("Progressing", "NewReplicaSetAvailable", "Completed")]
    [InlineData("Progressing", "RolloutPaused", "Paused")]
    [InlineData("Progressing", "ReplicaSetCreateError", "Error")]
    [InlineData("Progressing", "ProgressDeadlineExceeded", "Timeout")]
    [InlineData("Progressing", "RolloutAborted", "Abort")]
    [InlineData("Progressing", "ReplicaSetUpdated", "Progressing")]
    [InlineData("Healthy", "RolloutHealthy", "Progressing")]
    [InlineData("InvalidSpec", "InvalidSpec", "InvalidSpec")]
    public void Phase_FollowsFromTheConditions_PM32(string type, string reason, string phase)
    {
        var info = Lines(TestObjects.Rollout(status: $$"""{"conditions":[{"type":"{{type}}","status":"True","reason":"{{reason}}"}]}"""))[0];

        Assert.EndsWith($"phase=\"{phase}\"}} 1", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"blueGreen":{"activeService":"a"}}""", "blueGreen", "")]
    [InlineData("{}", "none", "")]
    [InlineData("""{"canary":{"trafficRouting":{"alb":{"ingress":"i","servicePort":80}}}}""", "canary", "ALB")]
    [InlineData("""{"canary":{"trafficRouting":{"ambassador":{"mappings":["m"]}}}}""", "canary", "Ambassador")]
    [InlineData("""{"canary":{"trafficRouting":{"istio":{"virtualService":{"name":"v"}}}}}""", "canary", "Istio")]
    [InlineData("""{"canary":{"trafficRouting":{"istio":{"virtualService":{"name":"v"}},"nginx":{"stableIngress":"i"}}}}""", "canary", "Nginx")]
    [InlineData("""{"canary":{"trafficRouting":{"smi":{}}}}""", "canary", "SMI")]
    [InlineData("""{"canary":{"trafficRouting":{"appMesh":{"virtualService":{"name":"v"}}}}}""", "canary", "AppMesh")]
    [InlineData("""{"canary":{"trafficRouting":{"traefik":{"weightedTraefikServiceName":"t"}}}}""", "canary", "")]
    public void StrategyAndRouter_AreNamedAsTheDashboardsKnowThem_PM1(string strategy, string name, string router)
    {
        var info = Lines(TestObjects.Rollout(spec: $$"""{"strategy":{{strategy}} }"""))[0];

        Assert.Contains($"strategy=\"{name}\",traffic_router=\"{router}\"", info, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Lines(params IReadOnlyList<KubeObject> rollouts) => TestScrape.Of(text => RolloutStateMetrics.Write(text, rollouts));
}
