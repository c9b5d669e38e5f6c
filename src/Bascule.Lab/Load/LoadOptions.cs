using System.Collections.Immutable;

namespace Bascule.Lab.Load;

/// <summary>What traffic to make.</summary>
public sealed record LoadOptions
{
    /// <summary>Where each request goes, with GET.</summary>
    public required Uri Url { get; init; }

    /// <summary>Who asks; one at least.</summary>
    public ImmutableArray<UserGroup> Users { get; init; } = [new UserGroup(1)];

    /// <summary>Requests per second, sent on schedule whatever became of those before; above 0.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>
    /// Requests on one connection, on average; at least 1. Services balance connections, not requests, so 1 (as with
    /// <c>curl</c> in a loop) shows each version's share of traffic, and more shows what kept connections hide.
    /// </summary>
    public int RequestsPerConnection { get; init; } = 1;

    /// <summary>Requests in flight at once; a request due beyond that is counted as <see cref="FailureKind.NotSent"/>.</summary>
    public int MaxInFlight { get; init; } = 1000;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
