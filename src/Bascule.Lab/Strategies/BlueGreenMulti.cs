using System.Collections.Immutable;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>Blue/green for two applications at once: one Ingress names the Services of both, so one write moves both.</summary>
public sealed class BlueGreenMulti : Strategy
{
    private static readonly ImmutableArray<string> Applications = ["goprom-a", "goprom-b"];

    /// <inheritdoc/>
    public override string Name => "blue-green-multi";

    /// <inheritdoc/>
    public override string Description => "Start v2 of two applications beside v1, then move both at once by their Ingress";

    /// <summary>None: each Rollout moves its own Service at its own time, and here both are to move by one write.</summary>
    public override Strategy? ByRollout => null;

    internal override Entrance Entrance => Entrance.Ingress(LabTraffic.Service, "a.goprom.example", "b.goprom.example");

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        foreach (var deployment in Deployments(LabOptions.CanaryVersion))
            await hands.AvailableAsync(deployment, cancellationToken);
        await hands.RouteAllAsync(LabOptions.CanaryVersion, cancellationToken);
        return await hands.LooksGoodForAWhileAsync(cancellationToken);
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.RouteAllAsync(LabOptions.StableVersion, cancellationToken);
        await hands.DeleteDeploymentsAsync(Deployments(LabOptions.CanaryVersion), LabOptions.CanaryVersion, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentsAsync(Deployments(LabOptions.StableVersion), LabOptions.StableVersion, cancellationToken);

    private static ImmutableArray<string> Deployments(string version) => [.. Applications.Select(a => $"{a}-{version.Split('.')[0]}")];
}
