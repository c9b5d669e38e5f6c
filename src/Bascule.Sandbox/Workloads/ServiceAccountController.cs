using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Gives each namespace its ServiceAccount <c>default</c>; its key is the namespace's.</summary>
/// <param name="client">Writes ServiceAccounts.</param>
/// <param name="cache">Must hold namespaces and ServiceAccounts.</param>
internal sealed class ServiceAccountController(IKubeClient client, IObjectCache cache) : IReconciler
{
    private const string Name = "default";

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.Namespaces, key) is not { DeletionTimestamp: null } || cache.Get(ResourceTypes.ServiceAccounts, new ObjectKey(key.Name, Name)) is not null)
            return null;
        try
        {
            await client.CreateAsync(ResourceTypes.ServiceAccounts, key.Name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Name } }, cancellationToken);
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            // The cache is a moment behind.
        }

        return null;
    }
}
