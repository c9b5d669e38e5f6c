namespace Bascule.Traffic.Alb.Aws;

/// <summary>The key that the environment holds.</summary>
internal sealed class GivenCredentials(AwsCredentials credentials) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public Task<AwsCredentials> FetchAsync(AwsHttp http, CancellationToken cancellationToken) => Task.FromResult(credentials);
}
