using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>The Rollout for one of whose steps an Experiment runs.</summary>
/// <param name="Name">Its name; in the Experiment's namespace.</param>
/// <param name="Uid">Its uid.</param>
public sealed record OwningRollout(string Name, string Uid)
{
    /// <summary>The Rollout among the Experiment's owners; null for an Experiment that stands alone.</summary>
    public static OwningRollout? Of(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var owner = experiment.Root.Member("metadata").Items("ownerReferences").FirstOrDefault(o => o.Text("kind") == Rollout.Kind);
        return owner.Text("name") is { Length: > 0 } name ? new(name, owner.Text("uid") ?? "") : null;
    }
}
