using System.Collections.Immutable;
using Bascule.Traffic.Alb.Aws;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>Load balancers in memory: what is asked of them is kept, and a test says what they hold.</summary>
internal sealed class TestLoadBalancers : ILoadBalancers
{
    /// <summary>Load balancers by DNS name.</summary>
    public Dictionary<string, LoadBalancer> Balancers { get; } = [];

    /// <summary>Target groups by load balancer.</summary>
    public Dictionary<string, ImmutableArray<TargetGroup>> Groups { get; } = [];

    /// <summary>Forward actions by load balancer.</summary>
    public Dictionary<string, ImmutableArray<ImmutableDictionary<string, int>>> Forwards { get; } = [];

    /// <summary>Targets by target group.</summary>
    public Dictionary<string, ImmutableHashSet<string>> Targets { get; } = [];

    /// <summary>What was asked.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Why nothing is answered; null for no reason.</summary>
    public string? Problem { get; set; }

    /// <summary>A load balancer of an Ingress in the namespace default, with a target group on port 80 for each Service, under the Service's name.</summary>
    public void Add(string ingress, string dns, params IEnumerable<string> services)
    {
        var balancer = new LoadBalancer($"k8s-{ingress}", $"arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/k8s-{ingress}/50dc");
        Balancers[dns] = balancer;
        Groups[balancer.Arn] = [.. services.Select(s => new TargetGroup($"tg-{s}", Arn(s), ImmutableDictionary<string, string>.Empty.Add("ingress.k8s.aws/resource", $"default/{ingress}-{s}:80")))];
        Forwards[balancer.Arn] = [];
    }

    public static string Arn(string service) => $"arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/tg-{service}/73e2";

    /// <summary>The rules that forward, each such as <c>canary=20 stable=80</c>.</summary>
    public void Forward(string dns, params IEnumerable<string> rules) => Forwards[Balancers[dns].Arn] =
        [.. rules.Select(r => r.Split(' ').Select(p => p.Split('=')).ToImmutableDictionary(p => Arn(p[0]), p => int.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture)))];

    public Task<LoadBalancer?> FindAsync(string dnsName, CancellationToken cancellationToken) => Answer($"find {dnsName}", () => Balancers.GetValueOrDefault(dnsName));

    public Task<ImmutableArray<TargetGroup>> TargetGroupsAsync(string loadBalancerArn, CancellationToken cancellationToken) => Answer("groups", () => Groups[loadBalancerArn]);

    public Task<ImmutableArray<ImmutableDictionary<string, int>>> ForwardsAsync(string loadBalancerArn, CancellationToken cancellationToken) => Answer("forwards", () => Forwards[loadBalancerArn]);

    public Task<ImmutableHashSet<string>> TargetsAsync(string targetGroupArn, CancellationToken cancellationToken) => Answer($"targets {targetGroupArn}", () => Targets.GetValueOrDefault(targetGroupArn, []));

    private Task<T> Answer<T>(string what, Func<T> answer)
    {
        Asked.Add(what);
        return Problem is null ? Task.FromResult(answer()) : Task.FromException<T>(new AwsException(Problem));
    }
}
