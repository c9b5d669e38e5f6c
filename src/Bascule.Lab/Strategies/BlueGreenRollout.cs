using Bascule.Controller;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Blue-green by a Rollout: one applies the new version, and the controller does the steps and the way back.</summary>
public sealed class BlueGreenRollout : Strategy
{
    /// <inheritdoc/>
    public override string Name => "blue-green-rollout";

    /// <inheritdoc/>
    public override string Description => "Start all of v2 beside v1 and move at once, by a Rollout that an analysis takes back";

    internal override string TakenBackBy => "by its analysis";

    internal override bool IsMeasured => true;

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        return await hands.RolloutEndsAsync(LabTraffic.Service, cancellationToken);
    }

    /// <summary>The controller has moved the users back already.</summary>
    internal override Task UndoAsync(Hands hands, CancellationToken cancellationToken) => Task.CompletedTask;

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) => hands.GoneAsync(LabOptions.StableVersion, cancellationToken);

    internal override bool IsOfVersion(ManifestObject manifest) => manifest.Type == ArgoResources.Rollouts;
}
