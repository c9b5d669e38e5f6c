namespace Bascule.Traffic.Alb.Aws;

/// <summary>Where a key of AWS comes from.</summary>
internal interface IAwsCredentialSource
{
    /// <summary>Gets a key.</summary>
    /// <exception cref="AwsException">There is none.</exception>
    Task<AwsCredentials> FetchAsync(AwsHttp http, CancellationToken cancellationToken);
}
