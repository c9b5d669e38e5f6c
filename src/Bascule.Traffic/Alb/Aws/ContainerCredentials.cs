using System.Net;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>Asks an agent beside the container for a key (EKS Pod Identity, ECS).</summary>
/// <param name="endpoint">The agent.</param>
/// <param name="token">What to show it; null for nothing.</param>
/// <param name="tokenFile">The file of what to show it, before <paramref name="token"/>; null for none. It is read each time, because it is renewed.</param>
internal sealed class ContainerCredentials(Uri endpoint, string? token, string? tokenFile) : IAwsCredentialSource
{
    /// <summary>Where an agent may be asked without encryption: on this machine only.</summary>
    private static readonly string[] s_agents = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

    /// <summary>True when nobody else can listen on the way to an agent.</summary>
    public static bool IsSafe(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttps || endpoint.IsLoopback || s_agents.Contains(endpoint.Host);

    /// <inheritdoc/>
    public async Task<AwsCredentials> FetchAsync(AwsHttp http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        if ((tokenFile is null ? token : await WebIdentityCredentials.ReadAsync(tokenFile, cancellationToken)) is { } shown)
            request.Headers.TryAddWithoutValidation("Authorization", shown);
        var (code, body) = await http.SendAsync(request, cancellationToken);
        if (code != HttpStatusCode.OK)
            throw new AwsException($"{Shown} answered {(int)code}");
        var found = Read(body);
        return found.Text("AccessKeyId") is { } id && found.Text("SecretAccessKey") is { } secret
            ? new(id, secret, found.Text("Token"), WebIdentityCredentials.Instant(found.Text("Expiration")))
            : throw new AwsException($"{Shown}: the answer has no key");
    }

    private string Shown => $"the agent for keys of AWS at {AwsHttp.Shown(endpoint)}";

    private JsonElement Read(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            throw new AwsException($"{Shown}: the answer is not JSON");
        }
    }
}
