using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Leader;

/// <summary>Which lease to compete for, and how fast.</summary>
/// <param name="Lease">Namespace and name of the lease.</param>
/// <param name="Identity">This process's name among the candidates; must be unique.</param>
public sealed record LeaderElectorOptions(ObjectKey Lease, string Identity)
{
    /// <summary>How long others wait after the last renewal before they take over; 15 s (RT-3).</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it steps down; 10 s (RT-3).</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between tries; 2 s (RT-3).</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Sees to it that one of several processes acts, by a lease in the cluster.</summary>
public sealed class LeaderElector
{
    /// <summary>Makes a candidate; nothing is sent yet.</summary>
    public LeaderElector(IKubeClient client, LeaderElectorOptions options, TimeProvider time, Random random, ILogger<LeaderElector> logger) => throw new NotImplementedException();

    /// <summary>True while this process leads.</summary>
    public bool IsLeader => throw new NotImplementedException();

    /// <summary>
    /// Waits to become leader, then runs <paramref name="lead"/>, whose token is cancelled when leadership is lost or
    /// <paramref name="cancellationToken"/> is. Returns when the lead has ended and the lease is released.
    /// </summary>
    public Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken) => throw new NotImplementedException();
}
