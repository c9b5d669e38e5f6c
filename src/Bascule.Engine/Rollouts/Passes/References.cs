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

        // Of ping and pong, the one that is not stable leads to the version before until the next update: only by its weight, which was asked for above, does anybody get there.
        var idle = at.Rollout.Spec.Canary is null ? null : CanaryServices.PingPongOf(at)?.Canary;
        foreach (var service in RolloutDecider.ServicesReferenced(at.Rollout))
        {
            if (service != idle && at.SelectedBy(service) == hash)
                return true;
        }

        return false;
    }
}
