using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// A deployment strategy as one does it by hand: a manifest, and the steps from one version to the next and back. Uses
/// nothing but the Kubernetes API, so it works on any cluster. One file each; <see cref="AllStrategies"/> lists them.
/// </summary>
public abstract class Strategy
{
    /// <summary>The name, as the command and the manifest have it.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line.</summary>
    public abstract string Description { get; }

    /// <summary>The same by a Rollout and its analysis, with nothing left to do by hand; null when there is none.</summary>
    public virtual Strategy? ByRollout => new RolloutStrategy(this);

    /// <summary>The objects of one version.</summary>
    public ImmutableArray<ManifestObject> Objects(LabParameters parameters) => LabManifests.Read($"{Name}.yaml", Fill(parameters));

    /// <summary>What the numbers of <see cref="MarkKind.Weight"/> are shares of.</summary>
    internal virtual string ShareAskedFor => "share asked for";

    /// <summary>Who takes a bad version back, as the end of a sentence.</summary>
    internal virtual string TakenBackBy => "by hand";

    /// <summary>An analysis decides, so there must be measurements before it begins.</summary>
    internal virtual bool IsMeasured => false;

    /// <summary>No user sees what the new version answers until everybody gets it: only Prometheus can tell.</summary>
    internal virtual bool IsUnseen => false;

    /// <summary>How users come in.</summary>
    internal virtual Entrance Entrance => Entrance.NodePort;

    /// <summary>Sets what this strategy wants to be different per version.</summary>
    internal virtual LabParameters Fill(LabParameters parameters) => parameters;

    /// <summary>Brings the new version to the users, while the errors that they see are watched.</summary>
    /// <returns>True when all users have it and it is good; false as soon as it is bad.</returns>
    internal abstract Task<bool> UpdateAsync(Hands hands, CancellationToken cancellationToken);

    /// <summary>Gives the users the old version back.</summary>
    internal abstract Task UndoAsync(Hands hands, CancellationToken cancellationToken);

    /// <summary>Removes what only the way back needed.</summary>
    internal virtual Task FinishAsync(Hands hands, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The Deployment of a version, of the strategies that have one for each.</summary>
    internal static string DeploymentOf(string version) => $"{LabTraffic.Service}-{version.Split('.')[0]}";

    /// <summary>True for what a version brings with it; the rest is there once for both.</summary>
    internal virtual bool IsOfVersion(ManifestObject manifest) => manifest.Type == ResourceTypes.Deployments;
}
