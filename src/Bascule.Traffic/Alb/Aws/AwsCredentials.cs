namespace Bascule.Traffic.Alb.Aws;

/// <summary>A key of AWS. Not a record: its text must not show what it holds.</summary>
/// <param name="accessKeyId">Says whose key it is.</param>
/// <param name="secretAccessKey">Signs requests.</param>
/// <param name="sessionToken">Goes with keys that are lent for a time; null for a lasting one.</param>
/// <param name="expiresAt">When the key is of no use any more; null for never.</param>
internal sealed class AwsCredentials(string accessKeyId, string secretAccessKey, string? sessionToken, DateTimeOffset? expiresAt)
{
    /// <summary>Says whose key it is.</summary>
    public string AccessKeyId => accessKeyId;

    /// <summary>Signs requests.</summary>
    public string SecretAccessKey => secretAccessKey;

    /// <summary>Goes with keys that are lent for a time; null for a lasting one.</summary>
    public string? SessionToken => sessionToken;

    /// <summary>When the key is of no use any more; null for never.</summary>
    public DateTimeOffset? ExpiresAt => expiresAt;

    /// <summary>A text without the key: AWS repeats parts of a request in some of its errors.</summary>
    public string Redact(string text)
    {
        foreach (var secret in (string?[])[secretAccessKey, sessionToken])
        {
            if (secret is { Length: > 0 })
                text = text.Replace(secret, "*****", StringComparison.Ordinal);
        }

        return text;
    }
}
