using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>A canary by the weights of Istio's VirtualService, on two subsets of one Service.</summary>
public sealed class CanaryIstio : RoutedCanary
{
    /// <inheritdoc/>
    public override string Name => "canary-istio";

    /// <inheritdoc/>
    public override string Description => "Move users from v1 to v2 by the weights of an Istio VirtualService";

    internal override Entrance Entrance => Entrance.Istio(Host);
}
