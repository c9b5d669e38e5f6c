using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Backends;

/// <summary>The pods behind one <see cref="ServiceRef"/>, as they are now. Reading is thread-safe.</summary>
internal sealed class BackendPool(ServiceRef service)
{
    private volatile Backend[] _backends = [];
    private uint _turn;

    /// <summary>Whose pods.</summary>
    public ServiceRef Service { get; } = service;

    /// <summary>The pods.</summary>
    public IReadOnlyList<Backend> Backends => _backends;

    /// <summary>New requests go to these.</summary>
    public void Set(ImmutableArray<Backend> backends) => _backends = [.. backends];

    /// <summary>The pod for a request; null when there is none.</summary>
    /// <param name="key">What the client is known by; null takes the next in turn.</param>
    /// <param name="tried">How many were tried for this request and refused: each further one is another pod.</param>
    public Backend? Choose(string? key, int tried)
    {
        var backends = _backends;
        if (backends.Length == 0)
            return null;
        if (key is not null && tried == 0)
            return backends.MaxBy(b => HashCode.Combine(key, b.Address));
        return backends[(int)(Interlocked.Increment(ref _turn) % (uint)backends.Length)];
    }

    /// <summary>What a client is known by, when its Service asks for that: null when it does not, or the client says nothing.</summary>
    public string? KeyOf(RequestHead request) => Service.Stickiness switch
    {
        { Kind: StickinessKind.Cookie } cookie => request.Cookie(cookie.Name),
        { Kind: StickinessKind.Header } header => request.Header(header.Name),
        { Kind: StickinessKind.SourceAddress } => request.From.ToString(),
        _ => null,
    };
}
