using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>Where routing objects are kept.</summary>
public interface IRoutingObjects
{
    /// <summary>Waits until all objects of some types are known.</summary>
    /// <returns>A cache that holds these types.</returns>
    /// <exception cref="TrafficRoutingException">The cluster does not serve one of the types, or does not let us read it.</exception>
    Task<IObjectCache> OpenAsync(IReadOnlyCollection<ResourceType> types, CancellationToken cancellationToken);

    /// <summary>Asks the cluster anew whether it serves a type, because it knew nothing of an object that a cache shows.</summary>
    /// <exception cref="TrafficRoutingException">It serves the type no more, or does not let us read it; it is opened anew when it is asked for.</exception>
    Task CheckAsync(ResourceType type, CancellationToken cancellationToken);
}
