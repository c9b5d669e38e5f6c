using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>
/// A kind of objects of users in which Rollouts leave something that would lead requests nowhere, or to one version for ever,
/// once the Rollout is gone or names the object no more: how they are given back.
/// </summary>
public abstract class ManagedObjects
{
    /// <summary>Their type.</summary>
    public abstract ResourceType Type { get; }

    /// <summary>The objects, all in the Rollout's namespace, that a Rollout names now.</summary>
    public abstract IEnumerable<string> NamedBy(Rollout rollout);

    /// <summary>The Rollouts, by name, that an object says it is managed by.</summary>
    public abstract IEnumerable<string> ManagersOf(KubeObject found);

    /// <summary>Takes out of an object what Rollouts have left in it.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="found">The object as it was read; the write is refused when somebody has changed it since.</param>
    /// <param name="rollouts">The Rollouts, by name, that manage it no more.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <exception cref="KubeException">The server refused, or did not answer.</exception>
    public Task GiveBackAsync(IKubeClient client, KubeObject found, IReadOnlyCollection<string> rollouts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PatchAsync(Type, found.Key, Patch.Json(JsonChanges.Between(found, Without(found, rollouts))), null, cancellationToken);
    }

    /// <summary>A copy of an object without what Rollouts have left in it.</summary>
    protected abstract JsonObject Without(KubeObject found, IReadOnlyCollection<string> rollouts);
}
