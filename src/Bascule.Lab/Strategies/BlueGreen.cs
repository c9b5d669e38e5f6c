using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Starts all of the new version beside the old one, then points the Service to it.</summary>
public sealed class BlueGreen : Strategy
{
    private static readonly string Blue = DeploymentOf(LabOptions.StableVersion);
    private static readonly string Green = DeploymentOf(LabOptions.CanaryVersion);

    /// <inheritdoc/>
    public override string Name => "blue-green";

    /// <inheritdoc/>
    public override string Description => "Start all of v2 beside v1, then move the Service's selector at once";

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.AvailableAsync(Green, cancellationToken);
        await hands.SelectAsync(LabTraffic.Service, LabOptions.CanaryVersion, cancellationToken);
        return await hands.LooksGoodForAWhileAsync(cancellationToken);
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.SelectAsync(LabTraffic.Service, LabOptions.StableVersion, cancellationToken);
        await hands.DeleteDeploymentAsync(Green, LabOptions.CanaryVersion, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentAsync(Blue, LabOptions.StableVersion, cancellationToken);
}
