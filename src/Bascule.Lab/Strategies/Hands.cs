using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// The hands of whoever follows the course: each change is one command, counted and shown as one would type it, and after
/// it comes a look at the pods and at what users get.
/// </summary>
internal sealed class Hands(LabCluster cluster, Strategy strategy, LabOptions options, StrategyState state)
{
    /// <summary>How long a Deployment, or enough answers, may take to come.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, long> _generations = new(StringComparer.Ordinal);
    private bool _isUpdating;

    /// <summary>Applies the whole manifest, with the old version in it.</summary>
    public Task SetUpAsync(CancellationToken cancellationToken)
    {
        Command($"kubectl apply -f {strategy.Name}.yaml");
        return ApplyAsync(Objects(LabOptions.StableVersion), cancellationToken);
    }

    /// <summary>True when all of the old version is available.</summary>
    public Task SetUpAvailableAsync(CancellationToken cancellationToken) =>
        state.UntilAsync(() => _generations.All(g => state.HasReached(g.Key, g.Value)), () => false, Bound, $"{LabOptions.StableVersion} is not available", cancellationToken);

    /// <summary>Applies what runs the pods of a version.</summary>
    public async Task ApplyAsync(string version, CancellationToken cancellationToken)
    {
        if (!_isUpdating)
            state.BeginUpdate();
        _isUpdating = true;
        Command($"kubectl apply -f {strategy.Name}-{version}.yaml");
        await ApplyAsync(Objects(version).Where(Strategy.IsWorkload), cancellationToken);
        if (version == LabOptions.StableVersion)
            state.Mark(MarkKind.Action, $"{version} applied again");
    }

    /// <summary>Sets the number of a Deployment's pods.</summary>
    public async Task ScaleAsync(string deployment, int pods, CancellationToken cancellationToken)
    {
        Command(string.Create(CultureInfo.InvariantCulture, $"kubectl scale deployment {deployment} --replicas={pods}"));
        await ChangeAsync(ResourceTypes.Deployments, deployment, new JsonObject { ["replicas"] = pods }, cancellationToken);
    }

    /// <summary>Points a Service to the pods of a version.</summary>
    public async Task SelectAsync(string service, string version, CancellationToken cancellationToken)
    {
        var spec = new JsonObject { ["selector"] = new JsonObject { ["version"] = version } };
        Command($"kubectl patch service {service} -p '{new JsonObject { ["spec"] = spec.DeepClone() }.ToJsonString()}'");
        await ChangeAsync(ResourceTypes.Services, service, spec, cancellationToken);
        state.Mark(MarkKind.Action, $"selector: {version}");
    }

    /// <summary>Deletes the Deployment of a version, and waits until its pods are gone.</summary>
    public async Task DeleteDeploymentAsync(string deployment, string version, CancellationToken cancellationToken)
    {
        Command($"kubectl delete deployment {deployment}");
        await cluster.Client.DeleteAsync(ResourceTypes.Deployments, new ObjectKey(cluster.Namespace, deployment), DeleteOptions.Default, cancellationToken);
        await state.UntilAsync(() => state.IsGone(version), () => false, Bound, $"pods of {version} are still there", cancellationToken);
        state.Mark(MarkKind.Action, $"{version} removed");
    }

    /// <summary>Notes the share of users that the numbers of pods ask for.</summary>
    public void AskFor(int percent) =>
        state.Mark(MarkKind.Weight, string.Create(CultureInfo.InvariantCulture, $"{percent} % of the pods are {LabOptions.CanaryVersion}"), percent);

    /// <summary>Waits until a Deployment is as it was asked to be, whatever users get meanwhile.</summary>
    public Task AvailableAsync(string deployment, CancellationToken cancellationToken) =>
        state.UntilAsync(() => HasReached(deployment), () => false, WaitBound, $"{deployment} is not available", cancellationToken);

    /// <summary>Waits until a Deployment is as it was asked to be, with an eye on what users get from the new version.</summary>
    /// <returns>False as soon as the new version is seen to be bad.</returns>
    public Task<bool> LooksGoodUntilAvailableAsync(string deployment, CancellationToken cancellationToken) =>
        state.UntilAsync(() => HasReached(deployment), IsBad, WaitBound, $"{deployment} is not available", cancellationToken);

    /// <summary>Watches what users get from the new version for one pause, and longer while too few got an answer of it.</summary>
    /// <returns>False as soon as the new version is seen to be bad.</returns>
    public Task<bool> LooksGoodForAWhileAsync(CancellationToken cancellationToken)
    {
        var until = state.Now + options.Pace;
        return state.UntilAsync(
            () => state.Now >= until && ErrorJudge.CanTell(state.NewVersion),
            IsBad,
            WaitBound,
            $"{LabOptions.CanaryVersion} has fewer than {ErrorJudge.Enough} answers, too few to judge it (more requests: --rate)",
            cancellationToken);
    }

    private TimeSpan WaitBound => Bound + (10 * options.Pace);

    private bool IsBad() => ErrorJudge.IsBad(state.NewVersion);

    private bool HasReached(string deployment) => state.HasReached(deployment, _generations.GetValueOrDefault(deployment));

    private ImmutableArray<ManifestObject> Objects(string version) => strategy.Objects(options.ParametersOf(version));

    private void Command(string text) => state.Command(text);

    private async Task ApplyAsync(IEnumerable<ManifestObject> manifests, CancellationToken cancellationToken)
    {
        foreach (var manifest in manifests)
            Note(manifest.Type, await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, manifest, cancellationToken));
    }

    private async Task ChangeAsync(ResourceType type, string name, JsonObject spec, CancellationToken cancellationToken) => Note(
        type,
        await cluster.Client.PatchAsync(type, new ObjectKey(cluster.Namespace, name), Patch.Merge(new JsonObject { ["spec"] = spec }), null, cancellationToken));

    /// <summary>A Deployment's state counts only once its controller has seen what was asked last.</summary>
    private void Note(ResourceType type, KubeObject stored)
    {
        if (type == ResourceTypes.Deployments)
            _generations[stored.Name] = stored.Generation;
    }
}
