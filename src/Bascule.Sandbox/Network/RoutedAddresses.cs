using System.Collections.Immutable;
using System.Net;
using Bascule.Kube;
using Bascule.Sandbox.Runtime;

namespace Bascule.Sandbox.Network;

/// <summary>The addresses that get new connections, Service by Service, and who waits for one to get none any more.</summary>
internal sealed class RoutedAddresses : IRoutes
{
    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, ImmutableHashSet<IPAddress>> _routed = [];
    private readonly List<(IPAddress Address, TaskCompletionSource Waiter)> _waiters = [];

    /// <summary>From now on a Service's connections go to these addresses; to none when it is gone.</summary>
    public void Set(ObjectKey service, ImmutableHashSet<IPAddress> addresses)
    {
        lock (_gate)
        {
            if (addresses.IsEmpty)
                _routed.Remove(service);
            else
                _routed[service] = addresses;
            Wake_NeedsLock();
        }
    }

    /// <inheritdoc/>
    public Task WhenUnroutedAsync(IPAddress address, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!IsRouted_NeedsLock(address))
                return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((address, waiter));
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }

    private bool IsRouted_NeedsLock(IPAddress address) => _routed.Values.Any(r => r.Contains(address));

    private void Wake_NeedsLock()
    {
        for (var i = _waiters.Count - 1; i >= 0; i--)
        {
            if (IsRouted_NeedsLock(_waiters[i].Address))
                continue;
            _waiters[i].Waiter.TrySetResult();
            _waiters.RemoveAt(i);
        }
    }
}
