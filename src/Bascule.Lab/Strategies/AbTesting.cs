using System.Collections.Immutable;
using Bascule.Lab.Load;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// Some users get the new version because of who they are, not by chance: those who send a header. When they have shown
/// that it is good, everybody gets it.
/// </summary>
public sealed class AbTesting : Strategy
{
    private const string Host = "goprom.example";
    private const string Header = "x-group";
    private const int Pods = 4;
    private const int PodsOfGroup = 1;
    private static readonly string New = DeploymentOf(LabOptions.CanaryVersion);

    /// <inheritdoc/>
    public override string Name => "ab-testing";

    /// <inheritdoc/>
    public override string Description => "Give v2 to the users who send a header, then to everybody (Istio)";

    /// <summary>Three users of ten are of the group that tests.</summary>
    internal override Entrance Entrance => Entrance.Istio(Host) with
    {
        Users =
        [
            new UserGroup(7) { Host = Host },
            new UserGroup(3) { Host = Host, Headers = ImmutableDictionary<string, string>.Empty.Add(Header, "beta") },
        ],
    };

    internal override LabParameters Fill(LabParameters parameters) =>
        parameters with { Replicas = parameters.Version == LabOptions.StableVersion ? Pods : PodsOfGroup };

    internal override async Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.ApplyAsync(LabOptions.CanaryVersion, cancellationToken);
        await hands.AvailableAsync(New, cancellationToken);
        await hands.RouteByAsync("ab-testing-match", $"{Header}: beta gets {LabOptions.CanaryVersion}", cancellationToken);
        if (!await hands.LooksGoodForAWhileAsync(cancellationToken))
            return false;
        await hands.ScaleAsync(New, Pods, cancellationToken);
        if (!await hands.LooksGoodUntilAvailableAsync(New, cancellationToken))
            return false;
        await hands.RouteAllAsync(LabOptions.CanaryVersion, cancellationToken);
        return await hands.LooksGoodForAWhileAsync(cancellationToken);
    }

    internal override async Task UndoAsync(Hands hands, CancellationToken cancellationToken)
    {
        await hands.RouteAllAsync(LabOptions.StableVersion, cancellationToken);
        await hands.DeleteDeploymentAsync(New, LabOptions.CanaryVersion, cancellationToken);
    }

    internal override Task FinishAsync(Hands hands, CancellationToken cancellationToken) =>
        hands.DeleteDeploymentAsync(DeploymentOf(LabOptions.StableVersion), LabOptions.StableVersion, cancellationToken);
}
