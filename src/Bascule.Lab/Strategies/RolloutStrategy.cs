using Bascule.Controller;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>A strategy by a Rollout: one applies the new version, and the controller does the steps and the way back.</summary>
/// <param name="byHand">The same by hand, whose users come in here too.</param>
public sealed class RolloutStrategy(Strategy byHand) : Strategy
{
    /// <inheritdoc/>
    public override string Name => $"{byHand.Name}-rollout";

    /// <inheritdoc/>
    public override string Description => $"{byHand.Description}, by a Rollout that an analysis takes back";

    /// <inheritdoc/>
    public override Strategy? ByRollout => null;

    internal override string ShareAskedFor => byHand.ShareAskedFor;

    internal override string TakenBackBy => "by its analysis";

    internal override bool IsMeasured => true;

    internal override bool IsUnseen => byHand.IsUnseen;

    internal override Entrance Entrance => byHand.Entrance;

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
