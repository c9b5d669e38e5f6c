using System.Net;
using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Metrics;

namespace Bascule.Controller.Analysis;

/// <summary>
/// Finds Services by the names that in-cluster DNS gives them, for a controller that runs beside the cluster on a machine
/// from which cluster addresses can be reached, as with a sandbox.
/// </summary>
/// <param name="cache">Holds <see cref="ResourceTypes.Services"/>.</param>
public sealed class ServiceAddresses(IObjectCache cache) : IServiceAddresses
{
    /// <inheritdoc/>
    public IPAddress? Find(string host, string? @namespace)
    {
        // name | name.namespace | name.namespace.svc | name.namespace.svc.cluster.local
        var parts = host.Split('.');
        if (parts.Length > 2 && parts[2] != "svc")
            return null;
        var key = new ObjectKey(parts.Length > 1 ? parts[1] : @namespace, parts[0]);
        var service = cache.Get(ResourceTypes.Services, key);
        return service is not null && IPAddress.TryParse(service.Root.Member("spec").Text("clusterIP"), out var address) ? address : null;
    }
}
