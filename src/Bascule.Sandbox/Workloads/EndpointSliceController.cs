using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Keeps the EndpointSlices of each Service that has a selector; its key is the Service's.</summary>
/// <param name="client">Writes slices.</param>
/// <param name="cache">Must hold Services, pods and EndpointSlices.</param>
public sealed class EndpointSliceController(IKubeClient client, IObjectCache cache) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var service = cache.Get(ResourceTypes.Services, key);
        if (service is not null && !ServiceBackends.IsManaged(service))
            return null;
        var slices = service is null
            ? [.. cache.List(ResourceTypes.EndpointSlices, key.Namespace).Where(s => SlicePlanner.IsOurs(s, key.Name))]
            : cache.OwnedBy(ResourceTypes.EndpointSlices, service.Uid);
        var plan = service is null
            ? new SlicePlan([], [.. slices])
            : SlicePlanner.Plan(service, ServiceBackends.Of(service, cache.List(ResourceTypes.Pods, key.Namespace)), slices);
        foreach (var write in plan.Writes)
            await WriteAsync(service!, write, cancellationToken);
        foreach (var slice in plan.Deletes)
            await DeleteAsync(slice, cancellationToken);
        return null;
    }

    private Task<KubeObject> WriteAsync(KubeObject service, SliceWrite write, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = write.Labels },
            ["ports"] = write.Ports,
            ["endpoints"] = write.Endpoints,
        };
        if (write.Present is not null)
        {
            body["metadata"]!["resourceVersion"] = write.Present.ResourceVersion;
            return client.PatchAsync(ResourceTypes.EndpointSlices, write.Present.Key, Patch.Merge(body), subresource: null, cancellationToken);
        }

        body["apiVersion"] = ResourceTypes.EndpointSlices.ApiVersion;
        body["kind"] = ResourceTypes.EndpointSlices.Kind;
        body["addressType"] = "IPv4";
        body["metadata"]!["generateName"] = service.Name + "-";
        body["metadata"]!["ownerReferences"] = new JsonArray(Ownership.ControllerReference(ResourceTypes.Services, service));
        return client.CreateAsync(ResourceTypes.EndpointSlices, service.Namespace, body, cancellationToken);
    }

    private async Task DeleteAsync(KubeObject slice, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(ResourceTypes.EndpointSlices, slice.Key, new DeleteOptions { PreconditionUid = slice.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone already.
        }
    }
}
