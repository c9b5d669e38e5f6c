using Bascule.Kube;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>A canary by a second Ingress with ingress-nginx' canary annotations.</summary>
public sealed class CanaryNginx : RoutedCanary
{
    private const string CanaryIngress = "goprom-canary";

    /// <inheritdoc/>
    public override string Name => "canary-nginx";

    /// <inheritdoc/>
    public override string Description => "Move users from v1 to v2 by a canary Ingress of ingress-nginx";

    internal override Entrance Entrance => Entrance.Ingress(LabTraffic.Service, Host);

    internal override async Task FinishAsync(Hands hands, CancellationToken cancellationToken)
    {
        // The main Ingress first: without the canary one it alone decides.
        await hands.RouteAllAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.DeleteAsync(ResourceTypes.Ingresses, CanaryIngress, cancellationToken);
        await base.FinishAsync(hands, cancellationToken);
    }
}
