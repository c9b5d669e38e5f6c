using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>Reads referenced workloads from the server.</summary>
/// <param name="client">The cluster.</param>
public sealed class LiveWorkloads(IKubeClient client) : IWorkloadSource
{
    private static readonly ImmutableArray<ResourceType> s_types = [ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.PodTemplates];

    /// <summary>The type of a referenced workload; null for a kind that cannot be taken over. The version is always the one that this program reads.</summary>
    public static ResourceType? TypeOf(WorkloadReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return s_types.FirstOrDefault(t => t.Group == reference.Group && t.Kind == reference.Kind);
    }

    /// <inheritdoc/>
    /// <exception cref="KubeException">The server refused.</exception>
    public async Task<KubeObject?> FindAsync(string? @namespace, WorkloadReference reference, CancellationToken cancellationToken)
    {
        if (TypeOf(reference) is not { } type || reference.Name.Length == 0)
            return null;
        try
        {
            return await client.GetAsync(type, new(@namespace, reference.Name), cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
