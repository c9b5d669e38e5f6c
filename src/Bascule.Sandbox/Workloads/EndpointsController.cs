using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Keeps the Endpoints object of each Service that has a selector; its key is the Service's.</summary>
/// <param name="client">Writes Endpoints.</param>
/// <param name="cache">Must hold Services, pods and Endpoints.</param>
public sealed class EndpointsController(IKubeClient client, IObjectCache cache) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var present = cache.Get(ResourceTypes.Endpoints, key);
        var service = cache.Get(ResourceTypes.Services, key);
        if (service is null || service.DeletionTimestamp is not null)
        {
            if (present is not null)
                await DeleteAsync(present, cancellationToken);
        }
        else if (ServiceBackends.IsManaged(service))
        {
            await WriteAsync(service, present, cancellationToken);
        }

        return null;
    }

    private async Task WriteAsync(KubeObject service, KubeObject? present, CancellationToken cancellationToken)
    {
        var backends = ServiceBackends.Of(service, cache.List(ResourceTypes.Pods, service.Namespace));
        var desired = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = EndpointsBuilder.Labels(service) },
            ["subsets"] = EndpointsBuilder.Subsets(service, backends),
        };
        if (present is null)
        {
            desired["apiVersion"] = "v1";
            desired["kind"] = "Endpoints";
            desired["metadata"]!["name"] = service.Name;
            await client.CreateAsync(ResourceTypes.Endpoints, service.Namespace, desired, cancellationToken);
            return;
        }

        if (Says(present.Root, desired))
            return;
        desired["metadata"]!["resourceVersion"] = present.ResourceVersion;
        await client.PatchAsync(ResourceTypes.Endpoints, present.Key, Patch.Merge(desired), subresource: null, cancellationToken);
    }

    private static bool Says(JsonElement present, JsonObject desired)
    {
        var wanted = desired.ToElement();
        var labels = wanted.At("metadata").TextMap("labels");
        var has = present.At("metadata").TextMap("labels").ToDictionary();
        var subsets = present.At("subsets");
        return labels.All(l => has.TryGetValue(l.Key, out var value) && value == l.Value)
            && (subsets.Exists() ? JsonElement.DeepEquals(subsets, wanted.At("subsets")) : wanted.At("subsets").GetArrayLength() == 0);
    }

    private async Task DeleteAsync(KubeObject endpoints, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(ResourceTypes.Endpoints, endpoints.Key, new DeleteOptions { PreconditionUid = endpoints.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone already.
        }
    }
}
