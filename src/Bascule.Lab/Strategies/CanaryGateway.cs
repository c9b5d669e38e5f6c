using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>A canary by the weights of an HTTPRoute of the Gateway API.</summary>
public sealed class CanaryGateway : RoutedCanary
{
    /// <inheritdoc/>
    public override string Name => "canary-gateway";

    /// <inheritdoc/>
    public override string Description => "Move users from v1 to v2 by the weights of a Gateway API HTTPRoute";

    internal override Entrance Entrance => Entrance.Gateway(LabTraffic.Service, Host);
}
