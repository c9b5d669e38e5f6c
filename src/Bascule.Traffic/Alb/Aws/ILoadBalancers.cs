using System.Collections.Immutable;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>What AWS says of load balancers.</summary>
public interface ILoadBalancers
{
    /// <summary>The load balancer of a DNS name; null when there is none in the account and region.</summary>
    /// <exception cref="AwsException">AWS cannot be asked.</exception>
    Task<LoadBalancer?> FindAsync(string dnsName, CancellationToken cancellationToken);

    /// <summary>The target groups of a load balancer.</summary>
    /// <exception cref="AwsException">AWS cannot be asked.</exception>
    Task<ImmutableArray<TargetGroup>> TargetGroupsAsync(string loadBalancerArn, CancellationToken cancellationToken);

    /// <summary>The forward actions of all rules of a load balancer: each names target groups by ARN, with their weights.</summary>
    /// <exception cref="AwsException">AWS cannot be asked.</exception>
    Task<ImmutableArray<ImmutableDictionary<string, int>>> ForwardsAsync(string loadBalancerArn, CancellationToken cancellationToken);

    /// <summary>The targets that are registered in a target group, healthy or not, each as <c>id:port</c>.</summary>
    /// <exception cref="AwsException">AWS cannot be asked.</exception>
    Task<ImmutableHashSet<string>> TargetsAsync(string targetGroupArn, CancellationToken cancellationToken);
}

/// <summary>A load balancer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arn">Its resource name.</param>
public sealed record LoadBalancer(string Name, string Arn);

/// <summary>A target group.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arn">Its resource name.</param>
/// <param name="Tags">Its tags.</param>
public sealed record TargetGroup(string Name, string Arn, ImmutableDictionary<string, string> Tags);
