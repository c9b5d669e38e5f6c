using System.Collections.Immutable;
using Bascule.Engine.Rollouts;

namespace Bascule.Controller.Rollouts;

/// <summary>Where the few pods come from that a decision looks at.</summary>
public interface IPodSource
{
    /// <summary>The pods of some versions.</summary>
    /// <param name="namespace">The Rollout's namespace.</param>
    /// <param name="hashes">The versions.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<ImmutableArray<PodView>> ReadAsync(string? @namespace, ImmutableArray<string> hashes, CancellationToken cancellationToken);
}
