using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>
/// Reads pods from the server when they are asked for. Nothing is kept: a watch on the pods of thousands of Rollouts would
/// cost far more than a list of a few pods in the few passes that need them, and a list that is fresh makes a restart's
/// budget right at once.
/// </summary>
/// <param name="client">The cluster.</param>
public sealed class LivePods(IKubeClient client) : IPodSource
{
    /// <inheritdoc/>
    /// <exception cref="KubeException">The server refused.</exception>
    public async Task<ImmutableArray<PodView>> ReadAsync(string? @namespace, ImmutableArray<string> hashes, CancellationToken cancellationToken)
    {
        if (hashes.IsEmpty)
            return [];
        var options = new ListOptions { LabelSelector = $"{Labels.PodTemplateHash} in ({string.Join(',', hashes)})" };
        var list = await client.ListAsync(ResourceTypes.Pods, @namespace, options, cancellationToken);
        return [.. list.Items.Select(p => p.As(PodView.Read))];
    }
}
