using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Canary;

/// <summary>
/// The course's main exercise: version 1 under traffic, version 2 by canary, judged by a real Prometheus, and the users'
/// side of it measured. Works on any cluster that has a controller. Run once.
/// </summary>
public sealed class CanaryLab
{
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(90);

    /// <summary>How long no answer of the bad version makes sure that there will be none.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly LabState _state;
    private readonly LabTraffic _users;

    /// <summary>Prepares a lab; nothing happens yet.</summary>
    public CanaryLab(LabOptions options, ILabView view, TimeProvider time, Random random)
    {
        _options = options;
        _time = time;
        _random = random;
        _state = new LabState(options, view, time);
        _users = new LabTraffic(options, Entrance.NodePort, _state.Say, time);
    }

    /// <summary>Runs it. Whatever the end, everything that was started is ended and what was applied to a lent cluster is deleted.</summary>
    /// <param name="openCluster">Opens the cluster; the lab disposes it.</param>
    /// <param name="cancellationToken">Ends the lab early.</param>
    /// <exception cref="LabException">Something it needs is missing, or the first version did not come up.</exception>
    public Task<LabReport> RunAsync(Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken)
    {
        _state.Say("starting the cluster and Prometheus");
        var objects = Manifests(LabOptions.StableVersion, null);
        return new LabGround(_options, objects, _time).RunAsync(openCluster, ObservedAsync, cancellationToken);
    }

    private async Task<LabReport> ObservedAsync(LabCluster cluster, PrometheusProcess? prometheus, CancellationToken cancellationToken)
    {
        await using var observer = new LabObserver(cluster, RolloutWatch.Types, _time, _random);
        var watch = new RolloutWatch(observer.Cache, new ObjectKey(cluster.Namespace, LabTraffic.Service), _time, _options.Begun);
        return await observer.WhileObservedAsync(
            () =>
            {
                prometheus?.Targets.Write(observer.Pods, cluster.Metrics);
                _state.Update(watch.Look());
            },
            token => ScriptAsync(cluster, prometheus?.Address ?? _options.Prometheus!, token),
            cancellationToken);
    }

    private async Task<LabReport> ScriptAsync(LabCluster cluster, Uri address, CancellationToken cancellationToken)
    {
        _state.Say($"deploying goprom {LabOptions.StableVersion}{(cluster.Hint.Length > 0 ? $" ({cluster.Hint})" : "")}");
        var stable = Manifests(LabOptions.StableVersion, address);
        await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, stable, cancellationToken);
        var url = await _users.AddressAsync(cluster, cancellationToken);
        var firstAnswer = await _users.FirstAnswerAsync(url, _state.WhyNot, cancellationToken);
        var (outcome, traffic, rates) = await _users.WhileAskedAsync(
            url,
            address,
            (generator, token) =>
            {
                _state.Traffic = generator;
                return RollOutAsync(cluster, address, token);
            },
            cancellationToken);
        return new LabReport
        {
            Strategy = "canary",
            Outcome = outcome,
            Explanation = _state.Explain(outcome),
            StableVersion = LabOptions.StableVersion,
            CanaryVersion = LabOptions.CanaryVersion,
            Rate = _options.Rate,
            Traffic = traffic,
            Marks = _state.Marks,
            TimeToFirstAnswer = firstAnswer,
            TimeToRollBack = outcome == LabOutcome.RolledBack ? _state.TimeToRollBack : null,
            PrometheusRates = rates,
        };
    }

    private async Task<LabOutcome> RollOutAsync(LabCluster cluster, Uri prometheus, CancellationToken cancellationToken)
    {
        _state.Say($"waiting until all of {LabOptions.StableVersion} is available and Prometheus sees its traffic ({prometheus})");
        var before = await _state.UntilAsync(look => look.Rollout.IsSettled(), LabTraffic.StartBound, $"{LabOptions.StableVersion} is not available", cancellationToken);
        await _users.BaselineAsync(prometheus, cancellationToken);

        _state.Say($"rolling out {LabOptions.CanaryVersion}{(_options.Bad ? $", which fails {LabOptions.BadErrorRate:P0} of its requests" : "")}");
        var canary = Manifests(LabOptions.CanaryVersion, prometheus);
        var applied = await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, canary.TakeLast(1), cancellationToken);
        _state.Applied(applied.Generation, before);
        var bound = EndBound + (_options.Pace * before.View.StepCount);
        try
        {
            await _state.UntilAsync(_ => _state.IsPromoted || _state.IsBackOnStable(Quiet), bound, "", cancellationToken);
        }
        catch (LabException)
        {
            return LabOutcome.Unfinished;
        }

        return _state.IsPromoted ? LabOutcome.Promoted : LabOutcome.RolledBack;
    }

    private ImmutableArray<ManifestObject> Manifests(string version, Uri? prometheus) =>
        LabManifests.Canary(_options.ParametersOf(version) with { Prometheus = prometheus });
}
