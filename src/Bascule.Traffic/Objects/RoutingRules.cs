using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>
/// What one kind of router does, as pure functions: from the routing objects as they are and a plan to the objects as they
/// should be. <see cref="ObjectRouter"/> reads and writes.
/// </summary>
public abstract class RoutingRules
{
    /// <summary>Its field in <c>trafficRouting</c>, or <c>plugins/</c> and the plugin's name.</summary>
    public abstract string Name { get; }

    /// <summary>The objects that it reads or makes for a Rollout: a change of one of them is a reason to look at the Rollout.</summary>
    /// <param name="rollout">The Rollout; it names this router.</param>
    public abstract ImmutableArray<RoutingReference> References(Rollout rollout);

    /// <summary>What to change so that the objects are as the plan asks, in the order in which to change it; empty when they are.</summary>
    /// <param name="rollout">The Rollout; it names this router.</param>
    /// <param name="plan">How to share out the traffic.</param>
    /// <param name="objects">The objects of the types of <see cref="References"/>.</param>
    /// <exception cref="TrafficRoutingException">The objects are not as the Rollout says.</exception>
    public abstract ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects);

    /// <summary>Whether the weights have arrived where the objects are as they should be; null when this kind of router cannot tell.</summary>
    /// <param name="rollout">The Rollout; it names this router.</param>
    /// <param name="objects">The objects of the types of <see cref="References"/>.</param>
    public virtual bool? Verified(Rollout rollout, IObjectCache objects) => null;

    /// <summary>The reason of the event that tells users of a change that the server refused.</summary>
    public virtual string ReasonOfRefused(RoutingChange change) => EventReasons.TrafficRoutingError;

    /// <summary>An object that the Rollout names.</summary>
    /// <param name="objects">Where to look.</param>
    /// <param name="type">Its type.</param>
    /// <param name="key">Its name.</param>
    /// <param name="missing">The reason of the event that tells users that there is none.</param>
    /// <exception cref="TrafficRoutingException">There is none of this name.</exception>
    internal static KubeObject Existing(IObjectCache objects, ResourceType type, ObjectKey key, string missing = EventReasons.TrafficRoutingError) =>
        objects.Get(type, key) ?? throw new TrafficRoutingException($"{type.Kind} `{key.Name}` not found in namespace {key.Namespace}") { Reason = missing };
}

/// <summary>Routing objects that a router looks at.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Namespace">Their namespace; null for all.</param>
/// <param name="Name">The one object; null for all of the namespace.</param>
public readonly record struct RoutingReference(ResourceType Type, string? Namespace, string? Name);
