using System.Collections.Immutable;
using System.Net;
using Bascule.Sandbox.Runtime;

namespace Bascule.Sandbox.Network;

/// <summary>Several that send connections to pods: an address is free when none of them does.</summary>
internal sealed class AllRoutes(ImmutableArray<IRoutes> all) : IRoutes
{
    /// <inheritdoc/>
    public Task WhenUnroutedAsync(IPAddress address, CancellationToken cancellationToken) => Task.WhenAll(all.Select(r => r.WhenUnroutedAsync(address, cancellationToken)));
}
