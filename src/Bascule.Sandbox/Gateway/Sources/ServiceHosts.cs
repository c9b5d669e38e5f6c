using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>The names under which a cluster's DNS knows a Service.</summary>
internal static class ServiceHosts
{
    private const string Zone = ".svc.cluster.local";

    /// <summary>All of them, the shortest first.</summary>
    public static ImmutableArray<string> Of(ObjectKey service) =>
        [service.Name, $"{service.Name}.{service.Namespace}", $"{service.Name}.{service.Namespace}.svc", $"{service.Name}.{service.Namespace}{Zone}"];

    /// <summary>The Service that a host names, seen from a namespace.</summary>
    public static ObjectKey Parse(string host, string @namespace)
    {
        var name = host.EndsWith(Zone, StringComparison.Ordinal) ? host[..^Zone.Length] : host.EndsWith(".svc", StringComparison.Ordinal) ? host[..^4] : host;
        return name.Split('.') is [var service, var other] ? new ObjectKey(other, service) : new ObjectKey(@namespace, name);
    }
}
