using System.Collections.Immutable;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// Canaries whose share of users is a weight of a route, whatever the number of pods, as long as they can bear it. Who
/// serves the route makes the difference between them.
/// </summary>
public abstract class RoutedCanary : Strategy
{
    /// <summary>The host that users ask for.</summary>
    protected const string Host = "goprom.example";

    private const int Pods = 4;

    /// <summary>Weights, and pods enough to bear them.</summary>
    private static readonly ImmutableArray<(int Weight, int Pods)> Stages = [(10, 1), (25, 1), (50, 2), (100, Pods)];

    /// <summary>The Deployment of the old version.</summary>
    protected static string Old { get; } = DeploymentOf(LabOptions.StableVersion);

    /// <summary>The Deployment of the new version.</summary>
    protected static string New { get; } = DeploymentOf(LabOptions.CanaryVersion);

    internal override LabParameters Fill(LabParameters parameters) =>
        parameters with { Replicas = parameters.Version == LabOptions.StableVersion ? Pods : Stages[0].Pods };

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.AvailableAsync(New, cancellationToken);
        var present = Stages[0].Pods;
        foreach (var (weight, pods) in Stages)
        {
            if (pods > present)
                await hands.ScaleAsync(New, pods, cancellationToken);
            present = pods;
            if (!await hands.LooksGoodUntilAvailableAsync(New, cancellationToken))
                return false;
            await hands.WeightAsync(weight, cancellationToken);
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
