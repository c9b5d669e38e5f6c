using Bascule.Engine.Rollouts.Canary;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Whether anybody may still be sent to a version, so that its pods must stay (TR-48).</summary>
internal static class References
{
    /// <summary>True when the status, the recorded weights or a Service of the Rollout lead to it.</summary>
    public static bool LeadTo(Situation at, ReplicaSetView rs)
    {
        var hash = rs.Hash;
        if (hash.Length == 0)
            return false;
        var status = at.Status;
        if (hash == at.StableHash || hash == at.NewHash || hash == status.BlueGreen.ActiveSelector || hash == status.BlueGreen.PreviewSelector)
            return true;
        if (status.Weights is { } weights && (hash == weights.Canary.PodTemplateHash || hash == weights.Stable.PodTemplateHash))
            return true;
        return AServiceLeadsTo(at, rs);
    }

    /// <summary>
    /// True when a Service of the Rollout selects it. Where the user wants no pods at all, nobody is to be answered, and a
    /// Service that waits for pods would wait for ever.
    /// </summary>
    private static bool AServiceLeadsTo(Situation at, ReplicaSetView rs)
    {
        if (at.Replicas == 0)
            return false;
        // Of ping and pong, the one that is not stable leads to the version before until the next update: only by its weight
        // does anybody get there.
        var idle = at.Rollout.Spec.Canary is null ? null : CanaryServices.PingPongOf(at)?.Canary;
        foreach (var service in RolloutDecider.ServicesReferenced(at.Rollout))
        {
            if (service != idle && at.SelectedBy(service) == rs.Hash)
                return true;
        }

        return false;
    }

    /// <summary>
    /// The size of a version that is to have no pods: none, but one for as long as a Service leads to it. The incumbent
    /// takes it, and the Service answers nobody.
    /// </summary>
    /// <param name="at">The situation.</param>
    /// <param name="rs">The version.</param>
    /// <param name="size">The size that is wanted.</param>
    public static int Held(Situation at, ReplicaSetView rs, int size) =>
        size == 0 && rs is { Wanted: > 0, Available: > 0 } && AServiceLeadsTo(at, rs) ? 1 : size;
}
