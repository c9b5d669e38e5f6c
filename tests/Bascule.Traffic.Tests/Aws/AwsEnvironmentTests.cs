using Bascule.Traffic.Alb.Aws;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>The environment variables of AWS, and the keys that they lead to.</summary>
public sealed class AwsEnvironmentTests : IAsyncLifetime
{
    private static readonly CancellationToken s_stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero));
    private readonly string _tokenFile = Path.GetTempFileName();
    private TestAws _aws = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await TestAws.ServeAsync();
        await File.WriteAllTextAsync(_tokenFile, "first token\n", s_stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        File.Delete(_tokenFile);
    }

    [Theory]
    [InlineData("AWS_REGION=eu-central-1", "https://elasticloadbalancing.eu-central-1.amazonaws.com/")]
    [InlineData("AWS_DEFAULT_REGION=eu-west-1", "https://elasticloadbalancing.eu-west-1.amazonaws.com/")]
    [InlineData("AWS_REGION=cn-north-1", "https://elasticloadbalancing.cn-north-1.amazonaws.com.cn/")]
    [InlineData("AWS_REGION=a AWS_ENDPOINT_URL=http://127.0.0.1:4566", "http://127.0.0.1:4566/")]
    [InlineData("AWS_REGION=a AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=https://own/", "https://own/")]
    public void Endpoint_IsThatOfTheRegion_UnlessAnotherIsNamed_TRALB22(string variables, string endpoint) =>
        Assert.Equal(endpoint, Read($"{variables} AWS_ACCESS_KEY_ID=i AWS_SECRET_ACCESS_KEY=s").LoadBalancing.ToString());

    [Theory]
    [InlineData("", "neither AWS_REGION nor AWS_DEFAULT_REGION is set: set AWS_REGION, for example to eu-central-1")]
    [InlineData("AWS_REGION=a", "there is no key for AWS: give the pod's service account a role (IRSA or EKS Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    [InlineData("AWS_REGION=a AWS_ACCESS_KEY_ID=i", "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")]
    [InlineData("AWS_REGION=a AWS_WEB_IDENTITY_TOKEN_FILE=f", "AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not")]
    [InlineData("AWS_REGION=a AWS_ENDPOINT_URL=localhost", "AWS_ENDPOINT_URL is localhost, expected an address such as https://elasticloadbalancing.a.amazonaws.com")]
    [InlineData("AWS_REGION=a AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/", "AWS_CONTAINER_CREDENTIALS_FULL_URI is http://example.com, expected https or an address of this machine")]
    public void Variable_MissingOrMalformed_IsNamed_TRALB22(string variables, string problem) =>
        Assert.Equal(problem, Assert.Throws<AwsException>(() => Read(variables)).Message);

    [Fact]
    public async Task WebIdentity_LendsAKeyUntilItExpires_AndTheTokenIsReadAnew_TRALB22()
    {
        var expires = _time.GetUtcNow().AddHours(1);
        _aws.Answer = body => body.Contains("AssumeRole", StringComparison.Ordinal)
            ? (200, $"""
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
                  <Credentials><SessionToken>session</SessionToken><SecretAccessKey>secret</SecretAccessKey><Expiration>{expires:yyyy-MM-ddTHH:mm:ssZ}</Expiration><AccessKeyId>LENT</AccessKeyId></Credentials>
                </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                """)
            : TestAws.Result("DescribeLoadBalancers", "");
        using var client = new ElasticLoadBalancing(Read($"AWS_REGION=us-west-2 AWS_WEB_IDENTITY_TOKEN_FILE={_tokenFile} AWS_ROLE_ARN=arn:aws:iam::1:role/r AWS_ENDPOINT_URL={_aws.Address}"), _time);

        await client.FindAsync("a", s_stop);
        _time.Advance(TimeSpan.FromMinutes(54));
        await client.FindAsync("a", s_stop);
        await File.WriteAllTextAsync(_tokenFile, "second token", s_stop);
        _time.Advance(TimeSpan.FromMinutes(1));
        await client.FindAsync("a", s_stop);

        const string Assume = "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=bascule&Version=2011-06-15&WebIdentityToken=";
        const string Describe = "Action=DescribeLoadBalancers&Version=2015-12-01&PageSize=300";
        Assert.Equal([$"{Assume}first%20token", Describe, Describe, $"{Assume}second%20token", Describe], _aws.Bodies);
        var headers = _aws.Requests.Last().Headers;
        Assert.Equal(("session", true), (headers["X-Amz-Security-Token"], headers["Authorization"].Contains("Credential=LENT/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WebIdentity_Refused_IsToldWithoutTheToken_TRALB22()
    {
        _aws.Answer = _ => TestAws.Error(400, "InvalidIdentityToken", "cannot read first token");
        using var client = new ElasticLoadBalancing(Read($"AWS_REGION=us-west-2 AWS_WEB_IDENTITY_TOKEN_FILE={_tokenFile} AWS_ROLE_ARN=r AWS_ENDPOINT_URL_STS={_aws.Address}"), _time);

        Assert.Equal("AssumeRoleWithWebIdentity: InvalidIdentityToken: cannot read *****", (await Assert.ThrowsAsync<AwsException>(() => client.FindAsync("a", s_stop))).Message);
    }

    [Fact]
    public async Task Agent_IsShownTheTokenAndGivesAKey_TRALB22()
    {
        _aws.Answer = body => body.Length == 0
            ? (200, """{"AccessKeyId":"POD","SecretAccessKey":"secret","Token":"session","Expiration":"2026-11-30T16:00:00Z"}""")
            : TestAws.Result("DescribeLoadBalancers", "");
        using var client = new ElasticLoadBalancing(
            Read($"AWS_REGION=us-west-2 AWS_CONTAINER_CREDENTIALS_FULL_URI={_aws.Address}/v1/credentials AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE={_tokenFile} AWS_ENDPOINT_URL={_aws.Address}"), _time);

        await client.FindAsync("a", s_stop);

        var requests = _aws.Requests.ToArray();
        Assert.Equal(("GET /v1/credentials", "first token"), (requests[0].Line, requests[0].Headers["Authorization"]));
        Assert.Contains("Credential=POD/", requests[1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "", "answered 404")]
    [InlineData(200, "oops", "the answer is not JSON")]
    [InlineData(200, "{}", "the answer has no key")]
    public async Task Agent_ThatGivesNoKey_IsNamed_TRALB22(int code, string body, string problem)
    {
        _aws.Answer = _ => (code, body);
        using var client = new ElasticLoadBalancing(Read($"AWS_REGION=us-west-2 AWS_CONTAINER_CREDENTIALS_FULL_URI={_aws.Address}"), _time);

        var told = (await Assert.ThrowsAsync<AwsException>(() => client.FindAsync("a", s_stop))).Message;

        Assert.Equal((true, true), (told.StartsWith($"the agent for keys of AWS at {_aws.Address}", StringComparison.Ordinal), told.EndsWith(problem, StringComparison.Ordinal)));
    }

    private static AwsEnvironment Read(string variables) =>
        AwsEnvironment.Read(TestVariables.Of(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).Select(v => (v[0], v[1]))));
}
