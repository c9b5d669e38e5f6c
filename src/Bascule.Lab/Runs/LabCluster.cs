using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Lab.Runs;

/// <summary>The cluster a lab uses: one it has started, or one that was there. Disposing it ends what was started for it.</summary>
/// <param name="client">The API.</param>
/// <param name="namespace">Where the lab works.</param>
/// <param name="hint">A line for the user on how to look at the cluster meanwhile; empty for none.</param>
/// <param name="end">Ends what was started; null when nothing was, and then the lab deletes what it applied.</param>
public sealed class LabCluster(IKubeClient client, string @namespace, string hint, IAsyncDisposable? end) : IAsyncDisposable
{
    /// <summary>The API.</summary>
    public IKubeClient Client { get; } = client;

    /// <summary>Where the lab works.</summary>
    public string Namespace { get; } = @namespace;

    /// <summary>How to look at the cluster meanwhile.</summary>
    public string Hint { get; } = hint;

    /// <summary>The gateway of a sandbox, which serves Ingresses and all kinds of routes; null elsewhere: there each kind has its own.</summary>
    public Uri? Gateway { get; init; }

    /// <summary>What else than pods Prometheus is to scrape, by the name of the application.</summary>
    public ImmutableSortedDictionary<string, Uri> Metrics { get; init; } = ImmutableSortedDictionary<string, Uri>.Empty;

    /// <summary>True when the cluster ends with the lab, and all objects with it.</summary>
    public bool IsOurs { get; } = end is not null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end?.DisposeAsync() ?? ValueTask.CompletedTask;
}
