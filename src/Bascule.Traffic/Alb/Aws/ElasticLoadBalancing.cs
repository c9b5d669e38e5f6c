using System.Collections.Immutable;
using System.Globalization;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>
/// Elastic Load Balancing, version 2, by its Query API (TR-ALB-16). Reads only, and every page: the incumbent stops at the
/// first of all lists but one. Thread-safe.
/// </summary>
public sealed class ElasticLoadBalancing : ILoadBalancers, IDisposable
{
    private const int PageSize = 300;

    /// <summary>What <c>DescribeTags</c> takes at once.</summary>
    private const int TagBatch = 20;

    private readonly AwsEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly AwsHttp _http;
    private readonly CredentialCache _credentials;
    private readonly AwsSigner _signer;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="environment">Where AWS is, and whose key is shown.</param>
    /// <param name="time">Dates signatures and times limits.</param>
    public ElasticLoadBalancing(AwsEnvironment environment, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        _time = time;
        _http = new AwsHttp(time);
        _credentials = new CredentialCache(environment.Credentials, time);
        _signer = new AwsSigner(environment.Region, "elasticloadbalancing");
    }

    /// <inheritdoc/>
    public async Task<LoadBalancer?> FindAsync(string dnsName, CancellationToken cancellationToken)
    {
        await foreach (var one in AllAsync("DescribeLoadBalancers", "LoadBalancers", [("PageSize", PageSize.ToString(CultureInfo.InvariantCulture))], cancellationToken))
        {
            if (string.Equals(one.Text("DNSName"), dnsName, StringComparison.OrdinalIgnoreCase) && one.Text("LoadBalancerArn") is { } arn)
                return new(one.Text("LoadBalancerName") ?? "", arn);
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<TargetGroup>> TargetGroupsAsync(string loadBalancerArn, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, string Arn)>();
        await foreach (var one in AllAsync("DescribeTargetGroups", "TargetGroups", [("LoadBalancerArn", loadBalancerArn)], cancellationToken))
        {
            if (one.Text("TargetGroupArn") is { } arn)
                found.Add((one.Text("TargetGroupName") ?? "", arn));
        }

        var tags = new Dictionary<string, ImmutableDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var batch in found.Select(g => g.Arn).Chunk(TagBatch))
        {
            await foreach (var one in AllAsync("DescribeTags", "TagDescriptions", batch.Index().Select(b => ($"ResourceArns.member.{b.Index + 1}", b.Item)), cancellationToken))
                tags[one.Text("ResourceArn") ?? ""] = one.Members("Tags").DistinctBy(t => t.Text("Key")).ToImmutableDictionary(t => t.Text("Key") ?? "", t => t.Text("Value") ?? "");
        }

        return [.. found.Select(g => new TargetGroup(g.Name, g.Arn, tags.GetValueOrDefault(g.Arn, ImmutableDictionary<string, string>.Empty)))];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<ImmutableDictionary<string, int>>> ForwardsAsync(string loadBalancerArn, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<ImmutableDictionary<string, int>>();
        await foreach (var listener in AllAsync("DescribeListeners", "Listeners", [("LoadBalancerArn", loadBalancerArn)], cancellationToken))
        {
            await foreach (var rule in AllAsync("DescribeRules", "Rules", [("ListenerArn", listener.Text("ListenerArn") ?? "")], cancellationToken))
            {
                var forwards = rule.Members("Actions").Select(a => a.Child("ForwardConfig").Members("TargetGroups").ToList()).Where(groups => groups.Count > 0);
                found.AddRange(forwards.Select(groups => groups.DistinctBy(g => g.Text("TargetGroupArn")).ToImmutableDictionary(g => g.Text("TargetGroupArn") ?? "", Weight)));
            }
        }

        return found.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task<ImmutableHashSet<string>> TargetsAsync(string targetGroupArn, CancellationToken cancellationToken)
    {
        var found = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        await foreach (var one in AllAsync("DescribeTargetHealth", "TargetHealthDescriptions", [("TargetGroupArn", targetGroupArn)], cancellationToken))
            found.Add($"{one.Child("Target").Text("Id")}:{one.Child("Target").Text("Port")}");
        return found.ToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _credentials.Dispose();
    }

    private static int Weight(AwsAnswer group) => int.TryParse(group.Text("Weight"), CultureInfo.InvariantCulture, out var weight) ? weight : 0;

    /// <summary>The members of a list, page by page.</summary>
    private async IAsyncEnumerable<AwsAnswer> AllAsync(
        string action, string list, IEnumerable<(string Name, string Value)> fields, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? marker = null;
        do
        {
            var answer = await AskAsync(action, marker is null ? fields : fields.Append(("Marker", marker)), cancellationToken);
            foreach (var one in answer.Members(list))
                yield return one;
            marker = answer.Text("NextMarker");
        }
        while (marker is not null);
    }

    private async Task<AwsAnswer> AskAsync(string action, IEnumerable<(string Name, string Value)> fields, CancellationToken cancellationToken)
    {
        var credentials = await _credentials.GetAsync(_http, cancellationToken);
        using var content = AwsForm.Content([("Action", action), ("Version", "2015-12-01"), .. fields]);
        using var request = new HttpRequestMessage(HttpMethod.Post, _environment.LoadBalancing) { Content = content };
        _signer.Sign(request, await content.ReadAsByteArrayAsync(cancellationToken), credentials, _time.GetUtcNow());
        return AwsAnswer.Read(action, await _http.SendAsync(request, cancellationToken), credentials.Redact);
    }
}
