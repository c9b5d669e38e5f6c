using Bascule.Traffic.Alb.Aws;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>What AWS is sent, byte for byte, and what is made of its answers.</summary>
public sealed class ElasticLoadBalancingTests : IAsyncLifetime
{
    private const string Lb = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";
    private const string LbEscaped = "arn%3Aaws%3Aelasticloadbalancing%3Aus-west-2%3A123456789012%3Aloadbalancer%2Fapp%2Fshop%2F50dc6c495c0c9188";

    private static readonly CancellationToken s_stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero));
    private TestAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await TestAws.ServeAsync();

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task LoadBalancers_AreReadPageByPage_UntilTheNameIsFound_TRALB16()
    {
        _aws.Answer = body => body.Contains("Marker", StringComparison.Ordinal)
            ? TestAws.Result("DescribeLoadBalancers", $"<LoadBalancers>{Member("Two.elb.amazonaws.com", Lb)}</LoadBalancers><NextMarker>3</NextMarker>")
            : TestAws.Result("DescribeLoadBalancers", $"<LoadBalancers>{Member("one.elb.amazonaws.com", "arn:one")}</LoadBalancers><NextMarker>a/b=</NextMarker>");
        using var client = Client();

        var found = await client.FindAsync("two.elb.amazonaws.com", s_stop);

        Assert.Equal(new LoadBalancer("shop", Lb), found);
        Assert.Equal(
            [
                "Action=DescribeLoadBalancers&Version=2015-12-01&PageSize=300",
                "Action=DescribeLoadBalancers&Version=2015-12-01&PageSize=300&Marker=a%2Fb%3D",
            ],
            _aws.Bodies);
        var (line, _, headers) = _aws.Requests.First();
        Assert.Equal(("POST /", "application/x-www-form-urlencoded", "20261130T100000Z"), (line, headers["Content-Type"], headers["X-Amz-Date"]));
        Assert.StartsWith(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-west-2/elasticloadbalancing/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=",
            headers["Authorization"],
            StringComparison.Ordinal);
        Assert.Equal("token", headers["X-Amz-Security-Token"]);

        static string Member(string dns, string arn) =>
            $"<member><LoadBalancerName>shop</LoadBalancerName><DNSName>{dns}</DNSName><LoadBalancerArn>{arn}</LoadBalancerArn><State><Code>active</Code></State></member>";
    }

    [Fact]
    public async Task LoadBalancer_OfNoSuchName_IsNone_TRALB16()
    {
        _aws.Answer = _ => TestAws.Result("DescribeLoadBalancers", "<LoadBalancers/>");
        using var client = Client();

        Assert.Null(await client.FindAsync("gone.elb.amazonaws.com", s_stop));
    }

    [Fact]
    public async Task TargetGroups_HaveTheirTags_WhichAreAskedForTwentyAtATime_TRALB16_TRALB17()
    {
        var groups = Enumerable.Range(1, 21).Select(i => $"arn:{i}").ToList();
        _aws.Answer = body => body.Contains("DescribeTargetGroups", StringComparison.Ordinal)
            ? TestAws.Result("DescribeTargetGroups", $"<TargetGroups>{string.Concat(groups.Select(g => $"<member><TargetGroupArn>{g}</TargetGroupArn><TargetGroupName>name-{g[4..]}</TargetGroupName></member>"))}</TargetGroups>")
            : TestAws.Result("DescribeTags", "<TagDescriptions><member><ResourceArn>arn:21</ResourceArn><Tags><member><Key>ingress.k8s.aws/resource</Key><Value>default/shop-canary:80</Value></member></Tags></member></TagDescriptions>");
        using var client = Client();

        var found = await client.TargetGroupsAsync(Lb, s_stop);

        Assert.Equal(21, found.Length);
        Assert.Equal(("name-21", "default/shop-canary:80"), (found[20].Name, found[20].Tags["ingress.k8s.aws/resource"]));
        Assert.Empty(found[0].Tags);
        Assert.Equal(
            [
                $"Action=DescribeTargetGroups&Version=2015-12-01&LoadBalancerArn={LbEscaped}",
                $"Action=DescribeTags&Version=2015-12-01&{string.Join('&', Enumerable.Range(1, 20).Select(i => $"ResourceArns.member.{i}=arn%3A{i}"))}",
                "Action=DescribeTags&Version=2015-12-01&ResourceArns.member.1=arn%3A21",
            ],
            _aws.Bodies);
    }

    [Fact]
    public async Task Forwards_AreThoseOfEveryRuleOfEveryListener_TRALB16_TRALB17()
    {
        _aws.Answer = body => body.Contains("DescribeListeners", StringComparison.Ordinal)
            ? TestAws.Result("DescribeListeners", "<Listeners><member><ListenerArn>l1</ListenerArn></member><member><ListenerArn>l2</ListenerArn></member></Listeners>")
            : body.Contains("ListenerArn=l1", StringComparison.Ordinal) && !body.Contains("Marker", StringComparison.Ordinal)
            ? TestAws.Result("DescribeRules", $"<Rules>{Rule(("arn:c", 20), ("arn:s", 80))}<member><Actions><member><Type>fixed-response</Type></member></Actions></member></Rules><NextMarker>2</NextMarker>")
            : TestAws.Result("DescribeRules", $"<Rules>{Rule(("arn:c", 100))}</Rules>");
        using var client = Client();

        var found = await client.ForwardsAsync(Lb, s_stop);

        Assert.Equal(["arn:c=20,arn:s=80", "arn:c=100", "arn:c=100"], found.Select(f => string.Join(',', f.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}={g.Value}"))));
        Assert.Equal(
            [
                $"Action=DescribeListeners&Version=2015-12-01&LoadBalancerArn={LbEscaped}",
                "Action=DescribeRules&Version=2015-12-01&ListenerArn=l1",
                "Action=DescribeRules&Version=2015-12-01&ListenerArn=l1&Marker=2",
                "Action=DescribeRules&Version=2015-12-01&ListenerArn=l2",
            ],
            _aws.Bodies);

        static string Rule(params (string Arn, int Weight)[] groups) =>
            $"<member><Actions><member><Type>forward</Type><ForwardConfig><TargetGroups>{string.Concat(groups.Select(g => $"<member><TargetGroupArn>{g.Arn}</TargetGroupArn><Weight>{g.Weight}</Weight></member>"))}</TargetGroups></ForwardConfig></member></Actions></member>";
    }

    [Fact]
    public async Task Targets_CountHoweverTheyFeel_TRALB21()
    {
        _aws.Answer = _ => TestAws.Result(
            "DescribeTargetHealth",
            "<TargetHealthDescriptions><member><Target><Id>10.0.0.1</Id><Port>8080</Port></Target><TargetHealth><State>unhealthy</State></TargetHealth></member></TargetHealthDescriptions>");
        using var client = Client();

        Assert.Equal(["10.0.0.1:8080"], await client.TargetsAsync("arn:c", s_stop));
        Assert.Equal(["Action=DescribeTargetHealth&Version=2015-12-01&TargetGroupArn=arn%3Ac"], _aws.Bodies);
    }

    [Theory]
    [InlineData(400, "Throttling", "Rate exceeded", "DescribeLoadBalancers: Throttling: Rate exceeded")]
    [InlineData(403, "SignatureDoesNotMatch", "The signature is wrong for token\n\nThe String-to-Sign was 'x-amz-security-token:token'", "DescribeLoadBalancers: SignatureDoesNotMatch: The signature is wrong for *****")]
    [InlineData(403, "AccessDenied", "not authorized with secret", "DescribeLoadBalancers: AccessDenied: not authorized with *****")]
    public async Task Refusal_IsToldWithoutSecrets_TRALB19_TRALB22(int code, string name, string message, string told)
    {
        _aws.Answer = _ => TestAws.Error(code, name, message);
        using var client = Client();

        Assert.Equal(told, (await Assert.ThrowsAsync<AwsException>(() => client.FindAsync("a", s_stop))).Message);
    }

    [Theory]
    [InlineData(502, "<html>bad gateway")]
    [InlineData(200, "")]
    [InlineData(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><DescribeLoadBalancersResponse><DescribeLoadBalancersResult>&b;</DescribeLoadBalancersResult></DescribeLoadBalancersResponse>")]
    public async Task AnswerThatIsNone_IsAProblem_TRALB16(int code, string body)
    {
        _aws.Answer = _ => (code, body);
        using var client = Client();

        Assert.Equal(
            $"DescribeLoadBalancers: AWS answered {code} with something that is neither a result nor an error of it",
            (await Assert.ThrowsAsync<AwsException>(() => client.FindAsync("a", s_stop))).Message);
    }

    [Fact]
    public async Task Nobody_AtTheAddress_IsAProblem_TRALB16()
    {
        using var client = Client();
        var address = _aws.Address;
        await _aws.DisposeAsync();

        Assert.StartsWith($"{address} cannot be reached: ", (await Assert.ThrowsAsync<AwsException>(() => client.FindAsync("a", s_stop))).Message, StringComparison.Ordinal);
        _aws = await TestAws.ServeAsync();
    }

    private ElasticLoadBalancing Client() => new(
        AwsEnvironment.Read(TestVariables.Of(
            ("AWS_REGION", "us-west-2"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_SESSION_TOKEN", "token"), ("AWS_ENDPOINT_URL", _aws.Address))),
        _time);
}
