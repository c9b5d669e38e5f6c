namespace Bascule.Traffic.Alb.Aws;

/// <summary>Keeps a key until shortly before it expires. Thread-safe: many Rollouts ask at the same time, and one of them fetches.</summary>
/// <param name="source">Where keys come from.</param>
/// <param name="time">Says what time it is.</param>
internal sealed class CredentialCache(IAwsCredentialSource source, TimeProvider time) : IDisposable
{
    /// <summary>How long before its end a key is renewed: requests are under way for a while, and clocks differ.</summary>
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _gate = new(1);
    private AwsCredentials? _kept;

    /// <summary>A key that is good for the next minutes.</summary>
    /// <exception cref="AwsException">There is none.</exception>
    public async Task<AwsCredentials> GetAsync(AwsHttp http, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_kept is null || _kept.ExpiresAt - s_early <= time.GetUtcNow())
                _kept = await source.FetchAsync(http, cancellationToken);
            return _kept;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
