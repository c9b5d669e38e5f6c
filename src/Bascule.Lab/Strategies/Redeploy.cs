using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Strategies with one Deployment for both versions: one applies the next version, and Kubernetes does the rest.</summary>
public abstract class Redeploy : Strategy
{
    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        // One command: there is no stage at which one could stop to look.
        hands.GiveToEverybody();
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        return await hands.LooksGoodUntilAvailableAsync(LabTraffic.Service, cancellationToken)
            && await hands.LooksGoodForAWhileAsync(cancellationToken);
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.StableVersion, cancellationToken);
        await hands.AvailableAsync(LabTraffic.Service, cancellationToken);
    }
}
