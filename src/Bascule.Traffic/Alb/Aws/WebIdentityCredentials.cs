using System.Globalization;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>Borrows the key of a role with the token of the pod's service account (IRSA).</summary>
/// <param name="endpoint">The token service.</param>
/// <param name="tokenFile">The file of the token; it is read each time, because the kubelet renews it.</param>
/// <param name="roleArn">The role.</param>
/// <param name="session">The name that the audit log of AWS shows.</param>
internal sealed class WebIdentityCredentials(Uri endpoint, string tokenFile, string roleArn, string session) : IAwsCredentialSource
{
    private const string Action = "AssumeRoleWithWebIdentity";

    /// <inheritdoc/>
    public async Task<AwsCredentials> FetchAsync(AwsHttp http, CancellationToken cancellationToken)
    {
        var token = await ReadAsync(tokenFile, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = AwsForm.Content(("Action", Action), ("RoleArn", roleArn), ("RoleSessionName", session), ("Version", "2011-06-15"), ("WebIdentityToken", token)),
        };
        var answer = AwsAnswer.Read(Action, await http.SendAsync(request, cancellationToken), text => text.Replace(token, "*****", StringComparison.Ordinal));
        var found = answer.Child("Credentials");
        return found.Text("AccessKeyId") is { } id && found.Text("SecretAccessKey") is { } secret
            ? new(id, secret, found.Text("SessionToken"), Instant(found.Text("Expiration")))
            : throw new AwsException($"{Action}: the answer has no key");
    }

    /// <summary>A file that holds a token.</summary>
    /// <exception cref="AwsException">It cannot be read.</exception>
    internal static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsException($"the token for AWS cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A time as AWS writes it; null when there is none.</summary>
    internal static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
