using System.Collections.Immutable;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Two Deployments behind one Service: the share of pods is the share of users.</summary>
public sealed class CanaryNative : Strategy
{
    private const int Pods = 10;
    private static readonly ImmutableArray<int> Stages = [1, 2, 5, Pods];
    private static readonly string Old = DeploymentOf(LabOptions.StableVersion);
    private static readonly string New = DeploymentOf(LabOptions.CanaryVersion);

    /// <inheritdoc/>
    public override string Name => "canary-native";

    /// <inheritdoc/>
    public override string Description => "Scale v2 up and v1 down behind one Service, in steps, by hand";

    internal override string ShareAskedFor => "share of pods";

    internal override LabParameters Fill(LabParameters parameters) =>
        parameters with { Replicas = parameters.Version == LabOptions.StableVersion ? Pods : Stages[0] };

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        foreach (var stage in Stages)
        {
            // The new pods first: users must never have fewer than before.
            if (stage == Pods)
                hands.GiveToEverybody();
            if (stage != Stages[0])
                await hands.ScaleAsync(New, stage, cancellationToken);
            if (!await hands.LooksGoodUntilAvailableAsync(New, cancellationToken))
                return false;
            await hands.ScaleAsync(Old, Pods - stage, cancellationToken);
            hands.AskFor(percent: 100 * stage / Pods);
            if (!await hands.LooksGoodUntilAvailableAsync(Old, cancellationToken) || !await hands.LooksGoodForAWhileAsync(cancellationToken))
                return false;
        }

        return true;
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        // The old pods cover what the new ones served before those go.
        await hands.ScaleAsync(Old, Pods, cancellationToken);
        await hands.AvailableAsync(Old, cancellationToken);
        await hands.ScaleAsync(New, 0, cancellationToken);
        hands.AskFor(percent: 0);
        await hands.AvailableAsync(New, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentAsync(Old, LabOptions.StableVersion, cancellationToken);
}
