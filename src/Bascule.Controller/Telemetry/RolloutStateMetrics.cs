using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Controller.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>The gauges that tell how Rollouts stand (PM-01 to PM-06).</summary>
internal static class RolloutStateMetrics
{
    private static readonly string[] Phases = ["Completed", "Progressing", "Paused", "Timeout", "Error", "Abort"];

    /// <summary>Writes them.</summary>
    public static void Write(MetricsText text, IReadOnlyList<KubeObject> rollouts)
    {
        text.Metric("rollout_info", "gauge", "Information about the Rollout; always 1.");
        foreach (var item in rollouts)
        {
            var rollout = item.AsRollout();
            text.Value(1, ("namespace", item.Namespace ?? ""), ("name", item.Name), ("strategy", Strategy(rollout.Spec)), ("traffic_router", Router(rollout.Spec)), ("phase", PhaseOf(rollout.Status)));
        }

        Number(text, rollouts, "rollout_info_replicas_available", "Available pods of the Rollout.", r => r.Status.AvailableReplicas);
        Number(text, rollouts, "rollout_info_replicas_unavailable", "Pods of the Rollout that are not available.", r => r.Status.Replicas - r.Status.AvailableReplicas);
        Number(text, rollouts, "rollout_info_replicas_desired", "Pods that the Rollout wants.", r => r.Spec.Replicas ?? 1);
        Number(text, rollouts, "rollout_info_replicas_updated", "Pods of the Rollout's newest version.", r => r.Status.UpdatedReplicas);
        text.Metric("rollout_phase", "gauge", "1 for the phase that the Rollout is in. Deprecated: use rollout_info.");
        foreach (var item in rollouts)
        {
            var rollout = item.AsRollout();
            var now = PhaseOf(rollout.Status);
            foreach (var phase in Phases)
                text.Value(now == phase ? 1 : 0, ("namespace", item.Namespace ?? ""), ("name", item.Name), ("strategy", Strategy(rollout.Spec)), ("phase", phase));
        }
    }

    private static void Number(MetricsText text, IReadOnlyList<KubeObject> rollouts, string name, string help, Func<Rollout, int> number)
    {
        text.Metric(name, "gauge", help);
        foreach (var item in rollouts)
            text.Value(number(item.AsRollout()), ("namespace", item.Namespace ?? ""), ("name", item.Name));
    }

    private static string Strategy(RolloutSpec spec) => spec switch
    {
        { Canary: not null } => "canary",
        { BlueGreen: not null } => "blueGreen",
        _ => "none",
    };

    /// <summary>The last that is configured, of those that the dashboards know; one of another kind has no name here (PM-01).</summary>
    private static string Router(RolloutSpec spec) => spec.Canary?.TrafficRouting switch
    {
        { } routing when routing.Has(TrafficRouter.AppMesh) => "AppMesh",
        { } routing when routing.Has(TrafficRouter.Smi) => "SMI",
        { } routing when routing.Has(TrafficRouter.Nginx) => "Nginx",
        { } routing when routing.Has(TrafficRouter.Istio) => "Istio",
        { } routing when routing.Has(TrafficRouter.Ambassador) => "Ambassador",
        { } routing when routing.Has(TrafficRouter.Alb) => "ALB",
        _ => "",
    };

    /// <summary>PM-32.</summary>
    private static string PhaseOf(RolloutStatus status) => status.Condition(ConditionTypes.InvalidSpec) is not null ? "InvalidSpec" : status.Condition(ConditionTypes.Progressing)?.Reason switch
    {
        ConditionReasons.NewReplicaSetAvailable => "Completed",
        ConditionReasons.Paused => "Paused",
        ConditionReasons.ReplicaSetCreateError => "Error",
        ConditionReasons.ProgressDeadlineExceeded => "Timeout",
        ConditionReasons.Aborted => "Abort",
        _ => "Progressing",
    };
}
