namespace Bascule.Traffic.Alb.Aws;

/// <summary>Where AWS is, and whose key is shown to it: by the environment variables that AWS' own tools read (TR-ALB-22).</summary>
public sealed class AwsEnvironment
{
    /// <summary>Where the agent of ECS listens.</summary>
    private const string EcsAgent = "http://169.254.170.2";

    private AwsEnvironment(string region, Uri loadBalancing, IAwsCredentialSource credentials)
    {
        Region = region;
        LoadBalancing = loadBalancing;
        Credentials = credentials;
    }

    /// <summary>The region.</summary>
    public string Region { get; }

    /// <summary>The endpoint of Elastic Load Balancing.</summary>
    public Uri LoadBalancing { get; }

    /// <summary>Where the key comes from.</summary>
    internal IAwsCredentialSource Credentials { get; }

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">The value of an environment variable; null when it is not set.</param>
    /// <exception cref="AwsException">Something is missing or malformed; the message says which variable.</exception>
    public static AwsEnvironment Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var region = Set("AWS_REGION") ?? Set("AWS_DEFAULT_REGION") ?? throw new AwsException("neither AWS_REGION nor AWS_DEFAULT_REGION is set: set AWS_REGION, for example to eu-central-1");
        var domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        return new(region, Endpoint("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", "elasticloadbalancing"), Key());

        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;

        Uri Endpoint(string own, string host) =>
            Address(own) ?? Address("AWS_ENDPOINT_URL") ?? new Uri($"https://{host}.{region}.{domain}/");

        Uri? Address(string name)
        {
            if (Set(name) is not { } value)
                return null;
            return Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0
                ? address
                : throw new AwsException($"{name} is {value}, expected an address such as https://elasticloadbalancing.{region}.{domain}");
        }

        IAwsCredentialSource Key()
        {
            if (Set("AWS_ACCESS_KEY_ID") is { } id)
                return new GivenCredentials(new(id, Set("AWS_SECRET_ACCESS_KEY") ?? throw new AwsException("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not"), Set("AWS_SESSION_TOKEN"), null));
            if (Set("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file)
            {
                var role = Set("AWS_ROLE_ARN") ?? throw new AwsException("AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not");
                return new WebIdentityCredentials(Endpoint("AWS_ENDPOINT_URL_STS", "sts"), file, role, Set("AWS_ROLE_SESSION_NAME") ?? "bascule");
            }

            var agent = Set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path ? new Uri(EcsAgent + path) : Address("AWS_CONTAINER_CREDENTIALS_FULL_URI");
            return agent switch
            {
                null => throw new AwsException(
                    "there is no key for AWS: give the pod's service account a role (IRSA or EKS Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
                _ when ContainerCredentials.IsSafe(agent) => new ContainerCredentials(agent, Set("AWS_CONTAINER_AUTHORIZATION_TOKEN"), Set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")),
                _ => throw new AwsException($"AWS_CONTAINER_CREDENTIALS_FULL_URI is {AwsHttp.Shown(agent)}, expected https or an address of this machine"),
            };
        }
    }
}
