namespace Bascule.Kube.Leader;

/// <summary>Which lease to compete for, and how fast.</summary>
/// <param name="Lease">Namespace and name of the lease.</param>
/// <param name="Identity">This process's name among the candidates; must be unique.</param>
public sealed record LeaderElectorOptions(ObjectKey Lease, string Identity)
{
    /// <summary>How long others wait after the last renewal before they take over; 15 s (RT-3).</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it steps down; less than <see cref="LeaseDuration"/>; 10 s (RT-3).</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between tries; 2 s (RT-3).</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
