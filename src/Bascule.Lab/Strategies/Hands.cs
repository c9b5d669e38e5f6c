using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// The hands of whoever follows the course: each change is one command, counted and shown as one would type it, and after
/// it comes a look at the pods and at what users get.
/// </summary>
/// <param name="cluster">Where.</param>
/// <param name="strategy">What to do.</param>
/// <param name="options">How.</param>
/// <param name="state">What is known meanwhile.</param>
/// <param name="prometheus">Asked for what no user can see; null when there is none.</param>
/// <param name="time">The clock.</param>
internal sealed class Hands(LabCluster cluster, Strategy strategy, LabOptions options, StrategyState state, Uri? prometheus, TimeProvider time)
{
    /// <summary>How long a Deployment, or enough answers, may take to come.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, long> _generations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _rollouts = new(StringComparer.Ordinal);
    private bool _isUpdating;

    /// <summary>Applies the whole manifest, with the old version in it.</summary>
    public Task SetUpAsync(CancellationToken cancellationToken)
    {
        Command($"kubectl apply -f {strategy.Name}.yaml");
        return ApplyAsync(Objects(LabOptions.StableVersion), cancellationToken);
    }

    /// <summary>True when all of the old version is available.</summary>
    public async Task SetUpAvailableAsync(CancellationToken cancellationToken)
    {
        await state.UntilAsync(() => _generations.All(g => state.HasReached(g.Key, g.Value)), () => false, Bound, $"{LabOptions.StableVersion} is not available", cancellationToken);
        foreach (var rollout in _rollouts.Keys)
            await RolloutEndsAsync(rollout, cancellationToken);
    }

    /// <summary>Applies what runs the pods of a version.</summary>
    public async Task ApplyAsync(string version, CancellationToken cancellationToken)
    {
        if (!_isUpdating)
            state.BeginUpdate();
        _isUpdating = true;
        Command($"kubectl apply -f {strategy.Name}-{version}.yaml");
        await ApplyAsync(Objects(version).Where(strategy.IsOfVersion), cancellationToken);
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
        if (version == LabOptions.CanaryVersion)
            GiveToEverybody();
        var spec = new JsonObject { ["selector"] = new JsonObject { ["version"] = version } };
        Command($"kubectl patch service {service} -p '{new JsonObject { ["spec"] = spec.DeepClone() }.ToJsonString()}'");
        await ChangeAsync(ResourceTypes.Services, service, spec, cancellationToken);
        state.Mark(MarkKind.Action, $"selector: {version}");
    }

    /// <summary>Gives the new version its share of the requests.</summary>
    public async Task WeightAsync(int percent, CancellationToken cancellationToken)
    {
        if (percent == 100)
            GiveToEverybody();
        Command(string.Create(CultureInfo.InvariantCulture, $"kubectl apply -f {strategy.Name}-{percent}.yaml"));
        await ApplyAsync(Routes(p => p with { Weight = percent }), cancellationToken);
        state.Mark(MarkKind.Weight, string.Create(CultureInfo.InvariantCulture, $"{percent} % of the requests are to go to {LabOptions.CanaryVersion}"), percent);
    }

    /// <summary>Sends all requests to a version.</summary>
    public async Task RouteAllAsync(string version, CancellationToken cancellationToken)
    {
        if (version == LabOptions.CanaryVersion)
            GiveToEverybody();
        var main = options.ParametersOf(version).Major;
        Command($"kubectl apply -f {strategy.Name}-all-{main}.yaml");
        await ApplyAsync(Routes(p => p with { Main = main }), cancellationToken);
        state.Mark(MarkKind.Action, $"all to {version}");
    }

    /// <summary>Applies the routes of another manifest.</summary>
    public async Task RouteByAsync(string manifest, string text, CancellationToken cancellationToken)
    {
        Command($"kubectl apply -f {manifest}.yaml");
        await ApplyAsync(LabManifests.Read($"{manifest}.yaml", options.ParametersOf(LabOptions.CanaryVersion)), cancellationToken);
        state.Mark(MarkKind.Action, text);
    }

    /// <summary>Deletes an object.</summary>
    public async Task DeleteAsync(ResourceType type, string name, CancellationToken cancellationToken)
    {
        Command($"kubectl delete {type.Kind.ToLowerInvariant()} {name}");
        await cluster.Client.DeleteAsync(type, new ObjectKey(cluster.Namespace, name), DeleteOptions.Default, cancellationToken);
    }

    /// <summary>Deletes the Deployment of a version, and waits until its pods are gone.</summary>
    public Task DeleteDeploymentAsync(string deployment, string version, CancellationToken cancellationToken) =>
        DeleteDeploymentsAsync([deployment], version, cancellationToken);

    /// <summary>Deletes the Deployments of a version, and waits until its pods are gone.</summary>
    public async Task DeleteDeploymentsAsync(ImmutableArray<string> deployments, string version, CancellationToken cancellationToken)
    {
        Command($"kubectl delete deployment {string.Join(' ', deployments)}");
        foreach (var deployment in deployments)
            await cluster.Client.DeleteAsync(ResourceTypes.Deployments, new ObjectKey(cluster.Namespace, deployment), DeleteOptions.Default, cancellationToken);
        await state.UntilAsync(() => state.IsGone(version), () => false, Bound, $"pods of {version} are still there", cancellationToken);
        state.Mark(MarkKind.Action, $"{version} removed");
    }

    /// <summary>Notes the share of users that the numbers of pods ask for.</summary>
    public void AskFor(int percent) =>
        state.Mark(MarkKind.Weight, string.Create(CultureInfo.InvariantCulture, $"{percent} % of the pods are {LabOptions.CanaryVersion}"), percent);

    /// <summary>Notes that what is done next gives the new version to everybody.</summary>
    public void GiveToEverybody() => state.GiveToEverybody();

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

    /// <summary>Waits until no pod of a version is left.</summary>
    public Task GoneAsync(string version, CancellationToken cancellationToken) =>
        state.UntilAsync(() => state.IsGone(version), () => false, WaitBound, $"pods of {version} are still there", cancellationToken);

    /// <summary>Waits until a Rollout has brought its newest version to all users, or given it up, and notes what it does on the way.</summary>
    /// <returns>False when it was given up.</returns>
    public async Task<bool> RolloutEndsAsync(string rollout, CancellationToken cancellationToken)
    {
        var progress = new RolloutProgress(_rollouts[rollout]);
        var message = "";
        for (var end = state.Now + WaitBound; state.Now < end;)
        {
            var look = Rollout.Read((await cluster.Client.GetAsync(ArgoResources.Rollouts, new ObjectKey(cluster.Namespace, rollout), cancellationToken)).Root);
            message = $"{look.Status.Phase} {look.Status.Message}";
            var acts = progress.Observe(look);
            if (_isUpdating)
                await NoteAsync(progress, acts, cancellationToken);
            if (progress.IsAborted)
                return false;
            if (progress.IsDone)
                return true;
            await Task.Delay(LabObserver.Tick, time, cancellationToken);
        }

        throw new LabException(FormattableString.Invariant($"the rollout {rollout} did not end within {WaitBound.TotalSeconds:0} s: {message}"));
    }

    /// <summary>Watches how the new version answers copies of requests, for one pause and until there are enough of them.</summary>
    /// <returns>False as soon as the new version is seen to be bad.</returns>
    /// <exception cref="LabException">There is no Prometheus to ask, or it has too few answers.</exception>
    public async Task<bool> LooksGoodInTheShadowAsync(CancellationToken cancellationToken)
    {
        if (prometheus is null)
            throw new LabException("no user sees the answers to copies, so only Prometheus can tell whether they are good: give one that scrapes the cluster with --prometheus");
        var until = state.Now + options.Pace;
        for (var end = state.Now + WaitBound; state.Now < end;)
        {
            var seen = await ShadowJudge.AskAsync(prometheus, cancellationToken);
            state.SeeCopies(seen);
            if (ErrorJudge.IsBad(seen))
                return false;
            if (state.Now >= until && ErrorJudge.CanTell(seen))
                return true;
            await Task.Delay(LabObserver.Tick, time, cancellationToken);
        }

        throw new LabException($"Prometheus at {prometheus} has fewer than {ErrorJudge.Enough} requests of {LabOptions.CanaryVersion}: does the gateway send copies?");
    }

    private TimeSpan WaitBound => Bound + (10 * options.Pace);

    private bool IsBad() => ErrorJudge.IsBad(state.NewVersion);

    private bool HasReached(string deployment) => state.HasReached(deployment, _generations.GetValueOrDefault(deployment));

    private IEnumerable<ManifestObject> Routes(Func<LabParameters, LabParameters> with) =>
        strategy.Objects(with(options.ParametersOf(LabOptions.CanaryVersion))).Where(m => LabTypes.Routes.Contains(m.Type));

    private ImmutableArray<ManifestObject> Objects(string version) => strategy.Objects(options.ParametersOf(version) with { Prometheus = prometheus });

    private void Command(string text) => state.Command(text);

    private async Task NoteAsync(RolloutProgress progress, ImmutableArray<RolloutAct> acts, CancellationToken cancellationToken)
    {
        if (progress.IsForEverybody)
            GiveToEverybody();
        else if (strategy.IsUnseen && options.RunsPrometheus && prometheus is not null)
            state.SeeCopies(await ShadowJudge.AskAsync(prometheus, cancellationToken));
        foreach (var act in acts)
            state.Mark(act.Kind, act.Text, act.Weight);
    }

    private async Task ApplyAsync(IEnumerable<ManifestObject> manifests, CancellationToken cancellationToken)
    {
        foreach (var manifest in manifests)
            Note(manifest.Type, await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, manifest, cancellationToken));
    }

    private async Task ChangeAsync(ResourceType type, string name, JsonObject spec, CancellationToken cancellationToken) => Note(
        type,
        await cluster.Client.PatchAsync(type, new ObjectKey(cluster.Namespace, name), Patch.Merge(new JsonObject { ["spec"] = spec }), null, cancellationToken));

    /// <summary>A state counts only once its controller has seen what was asked last.</summary>
    private void Note(ResourceType type, KubeObject stored)
    {
        if (type == ResourceTypes.Deployments)
            _generations[stored.Name] = stored.Generation;
        if (type == ArgoResources.Rollouts)
            _rollouts[stored.Name] = stored.Generation;
    }
}
