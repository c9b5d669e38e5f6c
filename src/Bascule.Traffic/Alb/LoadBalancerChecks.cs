using Bascule.Traffic.Alb.Aws;

namespace Bascule.Traffic.Alb;

/// <summary>How it is checked that load balancers do what the cluster asks of them.</summary>
/// <param name="LoadBalancers">What AWS says.</param>
public sealed record LoadBalancerChecks(ILoadBalancers LoadBalancers)
{
    /// <summary>The tag unless another is given.</summary>
    public const string DefaultResourceTag = "ingress.k8s.aws/resource";

    /// <summary>The tag by which the AWS load balancer controller says for what it made a target group (TR-ALB-17).</summary>
    public string ResourceTag { get; init; } = DefaultResourceTag;
}
