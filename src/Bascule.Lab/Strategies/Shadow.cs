using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// The new version gets a copy of every request, and nobody sees its answers: real traffic, no risk. It is judged by what
/// Prometheus scrapes from its pods, since no user can tell.
/// </summary>
public sealed class Shadow : Strategy
{
    /// <summary>Every request is copied, so the new version needs as many pods as the old one.</summary>
    private const int Pods = 4;

    /// <inheritdoc/>
    public override string Name => "shadow";

    /// <inheritdoc/>
    public override string Description => "Send v2 a copy of every request and watch it, before anybody gets it (Istio)";

    internal override bool IsUnseen => true;

    internal override Entrance Entrance => Entrance.Istio("goprom.example");

    internal override LabParameters Fill(LabParameters parameters) =>
        parameters with { Replicas = Pods };

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.AvailableAsync(DeploymentOf(LabOptions.CanaryVersion), cancellationToken);
        await hands.RouteByAsync("shadow-mirror", $"copies to {LabOptions.CanaryVersion}", cancellationToken);
        if (!await hands.LooksGoodInTheShadowAsync(cancellationToken))
            return false;
        await hands.RouteAllAsync(LabOptions.CanaryVersion, cancellationToken);
        return await hands.LooksGoodForAWhileAsync(cancellationToken);
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.RouteAllAsync(LabOptions.StableVersion, cancellationToken);
        await hands.DeleteDeploymentAsync(DeploymentOf(LabOptions.CanaryVersion), LabOptions.CanaryVersion, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentAsync(DeploymentOf(LabOptions.StableVersion), LabOptions.StableVersion, cancellationToken);
}
