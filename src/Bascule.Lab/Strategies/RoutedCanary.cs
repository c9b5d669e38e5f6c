using System.Collections.Immutable;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// Canaries whose share of users is a weight of a route, whatever the number of pods: all pods of the new version first,
/// then the weight in steps. Who serves the route makes the difference between them.
/// </summary>
public abstract class RoutedCanary : Strategy
{
    /// <summary>The host that users ask for.</summary>
    protected const string Host = "goprom.example";

    private static readonly ImmutableArray<int> Stages = [10, 25, 50, 100];

    /// <summary>The Deployment of the old version.</summary>
    protected static string Old { get; } = DeploymentOf(LabOptions.StableVersion);

    /// <summary>The Deployment of the new version.</summary>
    protected static string New { get; } = DeploymentOf(LabOptions.CanaryVersion);

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.AvailableAsync(New, cancellationToken);
        foreach (var stage in Stages)
        {
            await hands.WeightAsync(stage, cancellationToken);
            if (!await hands.LooksGoodForAWhileAsync(cancellationToken))
                return false;
        }

        return true;
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.WeightAsync(0, cancellationToken);
        await hands.DeleteDeploymentAsync(New, LabOptions.CanaryVersion, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentAsync(Old, LabOptions.StableVersion, cancellationToken);
}
