using System.Text.Json;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>A route that a step asks for beside the weights (MR rows); exactly one of the two is set.</summary>
/// <param name="Name">One of <c>trafficRouting.managedRoutes</c>.</param>
/// <param name="Header">Requests with these headers go to the canary.</param>
/// <param name="Mirror">These requests are copied to the canary.</param>
public sealed record ManagedRoute(string Name, SetHeaderRouteStep? Header, SetMirrorRouteStep? Mirror)
{
    /// <summary>The step as written.</summary>
    private JsonElement Written => Header?.Raw ?? Mirror?.Raw ?? default;

    /// <summary>Equal when the same route is asked for in the same words.</summary>
    public bool Equals(ManagedRoute? other) => other is not null && Name == other.Name && JsonElement.DeepEquals(Written, other.Written);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
