using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>
/// Hands out cluster addresses (127.96.0.0/16, all of it loopback) and node ports (30000 to 32767) to services.
/// What it holds follows the stored services: reserved before a write, kept if the write is done, released otherwise.
/// It begins anywhere in both ranges, because the sandboxes of a machine share its loopback and would all begin with the
/// same.
/// </summary>
internal sealed class ServiceAllocator(Random random)
{
    private const int FirstPort = 30_000;
    private const int LastPort = 32_767;
    private const int Addresses = 1 << 16;

    private static readonly StorageKey s_services = new("", "services");

    // Guards both sets.
    private readonly Lock _allocating = new();
    private readonly HashSet<string> _addresses = [];
    private readonly HashSet<int> _ports = [];
    private int _nextAddress = random.Next(1, Addresses - 1);
    private int _nextPort = random.Next(FirstPort, LastPort + 1);

    /// <summary>Fills in what a service asks to be given.</summary>
    /// <param name="resource">The resource written; anything but services gets nothing.</param>
    /// <param name="next">The service about to be written, completed in place.</param>
    /// <param name="current">The stored service; null for a creation.</param>
    /// <exception cref="Kube.KubeException">422: the address or port asked for is taken or out of range.</exception>
    public Reservation Reserve(ServedResource resource, JsonObject next, StoredObject? current)
    {
        if (StorageKey.Of(resource.StorageType) != s_services)
            return new(this, [], [], [], []);
        var held = Holdings(current?.ToNode());
        lock (_allocating)
        {
            var addresses = new List<string>();
            var ports = new List<int>();
            try
            {
                ReserveAddress(resource, next, held.Addresses, addresses);
                ReservePorts(resource, next, held.Ports, ports);
            }
            catch
            {
                _addresses.ExceptWith(addresses);
                _ports.ExceptWith(ports);
                throw;
            }

            var kept = Holdings(next);
            return new(this, addresses, ports, [.. held.Addresses.Except(kept.Addresses)], [.. held.Ports.Except(kept.Ports)]);
        }
    }

    /// <summary>Takes back what a removed service held.</summary>
    public void Release(StorageKey storage, StoredObject gone)
    {
        if (storage != s_services)
            return;
        var (addresses, ports) = Holdings(gone.ToNode());
        Release(addresses, ports);
    }

    private static (List<string> Addresses, List<int> Ports) Holdings(JsonObject? service)
    {
        var spec = service.Object("spec");
        var address = spec.String("clusterIP");
        return (
            address is null or "" or "None" ? [] : [address],
            [.. (spec.Array("ports") ?? []).Select(p => (int)((p as JsonObject).Integer("nodePort") ?? 0)).Where(p => p > 0)]);
    }

    private static bool WantsAddress(JsonObject spec) => spec.String("type") != "ExternalName";

    private static bool WantsPorts(JsonObject spec) => spec.String("type") is "NodePort" or "LoadBalancer";

    private void ReserveAddress(ServedResource resource, JsonObject next, List<string> held, List<string> taken)
    {
        if (next.Object("spec") is not { } spec)
            return;
        if (!WantsAddress(spec))
        {
            spec.Remove("clusterIP");
            spec.Remove("clusterIPs");
            return;
        }

        var address = spec.String("clusterIP") is { Length: > 0 } asked ? asked : held.FirstOrDefault() ?? FreeAddress();
        if (address != "None" && !held.Contains(address))
        {
            if (!IsInRange(address))
                throw Refuse(resource, next, "spec.clusterIPs", new JsonArray(address), $"failed to allocate IP {address}: the provided IP is not in the valid range. The range of valid IPs is 127.96.0.0/16");
            if (!_addresses.Add(address))
                throw Refuse(resource, next, "spec.clusterIPs", new JsonArray(address), $"failed to allocate IP {address}: provided IP is already allocated");
            taken.Add(address);
        }

        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
    }

    private void ReservePorts(ServedResource resource, JsonObject next, List<int> held, List<int> taken)
    {
        if (next.Object("spec") is not { } spec || spec.Array("ports") is not { } ports)
            return;
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i] is not JsonObject port)
                continue;
            if (!WantsPorts(spec))
            {
                port.Remove("nodePort");
                continue;
            }

            var asked = (int)(port.Integer("nodePort") ?? 0);
            if (asked != 0 && held.Contains(asked))
                continue;
            var number = asked == 0 ? FreePort() : asked;
            var path = $"spec.ports[{i}].nodePort";
            if (number is < FirstPort or > LastPort)
                throw Refuse(resource, next, path, JsonValue.Create(number), $"provided port is not in the valid range. The range of valid ports is {FirstPort}-{LastPort}");
            if (!_ports.Add(number))
                throw Refuse(resource, next, path, JsonValue.Create(number), "provided port is already allocated");
            taken.Add(number);
            port["nodePort"] = number;
        }
    }

    private string FreeAddress()
    {
        for (var tried = 0; tried < Addresses - 2; tried++)
        {
            var number = _nextAddress;
            _nextAddress = number + 1 >= Addresses - 1 ? 1 : number + 1;
            var address = string.Create(CultureInfo.InvariantCulture, $"127.96.{number >> 8}.{number & 0xFF}");
            if (!_addresses.Contains(address))
                return address;
        }

        throw ApiErrors.Internal("failed to allocate a serviceIP: range 127.96.0.0/16 is full; delete a service");
    }

    private int FreePort()
    {
        for (var tried = 0; tried <= LastPort - FirstPort; tried++)
        {
            var port = _nextPort;
            _nextPort = port == LastPort ? FirstPort : port + 1;
            if (!_ports.Contains(port) && IsFreeHere(port))
                return port;
        }

        throw ApiErrors.Internal($"failed to allocate a nodePort: all of {FirstPort}-{LastPort} are taken; delete a service of type NodePort");
    }

    // Node ports are served on this machine's loopback, which other programs use too.
    private static bool IsFreeHere(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsInRange(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes() is [127, 96, _, _];

    private static Kube.KubeException Refuse(ServedResource resource, JsonObject service, string path, JsonNode value, string why) =>
        ApiErrors.Invalid(resource.Type, MetadataRules.Of(service).String("name") ?? "", [FieldError.Invalid(path, value, why)]);

    private void Release(List<string> addresses, List<int> ports)
    {
        lock (_allocating)
        {
            _addresses.ExceptWith(addresses);
            _ports.ExceptWith(ports);
        }
    }

    /// <summary>What one write took and, once written, no longer needs. Undone on disposal unless kept.</summary>
    internal sealed class Reservation(ServiceAllocator owner, List<string> addresses, List<int> ports, List<string> oldAddresses, List<int> oldPorts) : IDisposable
    {
        private bool _kept;

        /// <summary>The write was done.</summary>
        public void Keep()
        {
            _kept = true;
            owner.Release(oldAddresses, oldPorts);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (!_kept)
                owner.Release(addresses, ports);
        }
    }
}
