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
        foreach (var service in RolloutDecider.ServicesReferenced(at.Rollout))
        {
            if (at.SelectedBy(service) == hash)
                return true;
        }

        return false;
    }
}
