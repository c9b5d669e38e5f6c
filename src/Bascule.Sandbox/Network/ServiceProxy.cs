using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Network;

/// <summary>
/// Serves the cluster address and the node ports of each Service on loopback. Its key is the Service's.
/// </summary>
/// <param name="cache">Must hold Services and EndpointSlices.</param>
/// <param name="events">Told of ports that cannot be served.</param>
/// <param name="random">Where balancing begins.</param>
internal sealed class ServiceProxy(IObjectCache cache, IEventSink events, Random random) : IReconciler, IDisposable
{
    /// <summary>When a port that was taken is tried again.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    // Guards everything below.
    private readonly Lock gate = new();
    private readonly ConnectionTable connections = new();
    private readonly Dictionary<ObjectKey, Dictionary<IPEndPoint, ServicePort>> ports = [];
    private readonly HashSet<(ObjectKey Service, IPEndPoint At)> reported = [];
    private bool disposed;

    /// <summary>Which pods get new connections from it.</summary>
    public RoutedAddresses Routed { get; } = new();

    /// <inheritdoc/>
    public Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var service = cache.Get(ResourceTypes.Services, key);
        var slices = service is null ? [] : ServiceRoute.Slices(cache, service);
        var routes = service is null ? [] : ServiceRoute.Of(service, slices);
        lock (gate)
        {
            if (disposed)
                return Task.FromResult<TimeSpan?>(null);
            var complete = Apply_NeedsLock(key, service, routes);
            Routed.Set(key, ServiceRoute.ReadyAddresses(slices));
            return Task.FromResult<TimeSpan?>(complete ? null : s_retry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var port in ports.Values.SelectMany(p => p.Values))
                port.Dispose();
            ports.Clear();
            connections.Dispose();
        }
    }

    /// <summary>False when a port could not be served and is worth another try.</summary>
    private bool Apply_NeedsLock(ObjectKey key, KubeObject? service, ImmutableArray<PortRoute> routes)
    {
        if (!ports.TryGetValue(key, out var present))
            ports[key] = present = [];
        var wanted = routes.SelectMany(r => r.Listen.Select(at => (At: at, Route: r))).ToDictionary(w => w.At, w => w.Route);
        foreach (var gone in present.Keys.Except(wanted.Keys).ToList())
        {
            present[gone].Dispose();
            present.Remove(gone);
        }

        var complete = true;
        foreach (var (at, route) in wanted)
        {
            if (present.TryGetValue(at, out var port))
                port.Update(route);
            else
                complete &= TryListen_NeedsLock(key, service!, at, route, present);
        }

        if (present.Count == 0 && complete)
            ports.Remove(key);
        return complete;
    }

    private bool TryListen_NeedsLock(ObjectKey key, KubeObject service, IPEndPoint at, PortRoute route, Dictionary<IPEndPoint, ServicePort> present)
    {
        try
        {
            present[at] = ServicePort.Listen(at, route, connections, random);
            reported.Remove((key, at));
            return true;
        }
        catch (SocketException e)
        {
            if (reported.Add((key, at)))
                events.Record(new KubeEvent(ObjectReference.To(ResourceTypes.Services, service), EventSeverity.Warning, "FailedToListen", Explain(at, e)));
            return false;
        }
    }

    private static string Explain(IPEndPoint at, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{at} is in use by another program: stop it, or give the Service another port (spec.ports[].nodePort). The sandbox tries again every {s_retry.TotalSeconds:0} s.",
        SocketError.AccessDenied => $"this user may not listen on {at}: ports below 1024 need `sudo sysctl net.ipv4.ip_unprivileged_port_start=0`, or use a port from 1024 up. Node ports are not affected.",
        _ => $"cannot listen on {at}: {e.Message}",
    };
}
