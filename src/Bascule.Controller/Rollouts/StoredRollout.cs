using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>Reads Rollouts out of stored objects.</summary>
internal static class StoredRollout
{
    private static readonly Func<KubeObject, Rollout> s_read = static o => Rollout.Read(o.Root, o.Part("spec", RolloutSpec.Read));

    /// <summary>The Rollout, read once; versions of it that differ in their status share one spec.</summary>
    public static Rollout AsRollout(this KubeObject stored) => stored.As(s_read);
}
