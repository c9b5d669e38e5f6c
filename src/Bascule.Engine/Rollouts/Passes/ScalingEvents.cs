namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Tells when a pass only follows a changed number of wanted pods (RT-16, LIFE-30).</summary>
internal static class ScalingEvents
{
    /// <summary>New or stable was last sized for another number of replicas.</summary>
    public static bool IsOne(Situation at) => IsOutdated(at, at.New) || IsOutdated(at, at.Stable);

    private static bool IsOutdated(Situation at, ReplicaSetView? rs) => rs is { Wanted: > 0, DesiredReplicas: { } desired } && desired != at.Replicas;
}
