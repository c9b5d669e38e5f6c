using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>Sends the patches of an action.</summary>
/// <param name="client">The cluster.</param>
public sealed class RolloutActor(IKubeClient client)
{
    /// <summary>Sends patches in order.</summary>
    /// <param name="key">The Rollout.</param>
    /// <param name="patches">What to send.</param>
    /// <param name="cancellationToken">Cancels what is not sent yet.</param>
    /// <exception cref="KubeException">The server refused; later patches were not sent.</exception>
    public async Task SendAsync(ObjectKey key, IEnumerable<RolloutPatch> patches, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patches);
        foreach (var patch in patches)
        {
            try
            {
                var target = patch.Workload ?? new PatchTarget(ArgoResources.Rollouts, key);
                await client.PatchAsync(target.Type, target.Key, patch.Patch, patch.Subresource, cancellationToken);
            }
            catch (KubeException e) when (e.IsNotFound && patch.Subresource is not null)
            {
                // A CRD without the status subresource takes the status as part of the object (CLI-11); if it is the
                // Rollout that is missing, this fails alike.
                await client.PatchAsync(ArgoResources.Rollouts, key, patch.Patch with { Body = patch.Patch.Body.DeepClone() }, null, cancellationToken);
            }
        }
    }
}
