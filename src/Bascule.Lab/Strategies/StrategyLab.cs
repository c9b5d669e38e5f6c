using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Lab.Manifests;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>
/// An exercise of the course: version 1 under traffic, version 2 by one strategy, done by hand and taken back by hand when
/// users get errors from it; and what it cost, measured. Works on any cluster. Run once.
/// </summary>
public sealed class StrategyLab
{
    /// <summary>How long nothing but good answers of the old version makes sure that the way back has ended.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Traffic shown before anything changes, so that the picture shows what it was.</summary>
    private static readonly TimeSpan Prologue = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BackBound = TimeSpan.FromSeconds(90);

    private readonly Strategy _strategy;
    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly StrategyState _state;
    private readonly LabTraffic _users;

    /// <summary>Prepares a lab; nothing happens yet.</summary>
    public StrategyLab(Strategy strategy, LabOptions options, ILabView view, TimeProvider time, Random random)
    {
        _strategy = strategy;
        _options = options;
        _time = time;
        _random = random;
        _state = new StrategyState(options, view, time);
        _users = new LabTraffic(options, strategy.Entrance, _state.Say, time);
    }

    /// <summary>Runs it. Whatever the end, everything that was started is ended and what was applied to a lent cluster is deleted.</summary>
    /// <param name="openCluster">Opens the cluster; the lab disposes it.</param>
    /// <param name="cancellationToken">Ends the lab early.</param>
    /// <exception cref="LabException">Something it needs is missing, or the first version did not come up.</exception>
    public Task<LabReport> RunAsync(Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken)
    {
        _state.Say(_options.RunsPrometheus ? "starting the cluster and Prometheus" : "opening the cluster");
        return new LabGround(_options, AllObjects, _time).RunAsync(openCluster, ObservedAsync, cancellationToken);
    }

    /// <summary>Everything that either version brings, each object once.</summary>
    private ImmutableArray<ManifestObject> AllObjects =>
    [
        .. new[] { LabOptions.StableVersion, LabOptions.CanaryVersion }
            .SelectMany(v => _strategy.Objects(_options.ParametersOf(v)))
            .DistinctBy(m => (m.Type, m.Name)),
    ];

    private async Task<LabReport> ObservedAsync(LabCluster cluster, PrometheusProcess? prometheus, CancellationToken cancellationToken)
    {
        await using var observer = new LabObserver(cluster, [ResourceTypes.Deployments], _time, _random);
        return await observer.WhileObservedAsync(
            () =>
            {
                prometheus?.Targets.Write(observer.Pods, cluster.Metrics);
                _state.Update(PodLook.Among(observer.Pods), observer.Cache.List(ResourceTypes.Deployments, cluster.Namespace).Select(WorkloadLook.Of));
            },
            token => ScriptAsync(cluster, prometheus?.Address ?? _options.Prometheus, token),
            cancellationToken);
    }

    private async Task<LabReport> ScriptAsync(LabCluster cluster, Uri? prometheus, CancellationToken cancellationToken)
    {
        _state.Say($"deploying goprom {LabOptions.StableVersion}{(cluster.Hint.Length > 0 ? $" ({cluster.Hint})" : "")}");
        var hands = new Hands(cluster, _strategy, _options, _state, prometheus, _time);
        await hands.SetUpAsync(cancellationToken);
        var url = await _users.AddressAsync(cluster, cancellationToken);
        var firstAnswer = await _users.FirstAnswerAsync(url, _state.WhyNot, cancellationToken);
        var ((outcome, explanation), traffic, rates) = await _users.WhileAskedAsync(
            url,
            prometheus,
            async (generator, token) =>
            {
                _state.Traffic = generator;
                _state.Say($"waiting until all of {LabOptions.StableVersion} is available{(prometheus is null ? "" : $" (Prometheus: {prometheus})")}");
                await hands.SetUpAvailableAsync(token);
                if (_strategy.IsMeasured)
                    await _users.BaselineAsync(prometheus, token);
                await Task.Delay(Prologue, _time, token);
                return await UpdateAsync(hands, token);
            },
            cancellationToken);
        return new LabReport
        {
            Strategy = _strategy.Name,
            Heading = $"{_strategy.Name}: share of requests per version",
            Outcome = outcome,
            Explanation = explanation,
            StableVersion = LabOptions.StableVersion,
            CanaryVersion = LabOptions.CanaryVersion,
            Rate = _options.Rate,
            Traffic = traffic,
            Marks = _state.Marks,
            TimeToFirstAnswer = firstAnswer,
            PrometheusRates = rates,
            ShareAskedFor = _strategy.ShareAskedFor,
            Copies = _state.Copies,
            Cost = _state.Cost(traffic, AllObjects.Length),
        };
    }

    private async Task<(LabOutcome Outcome, string Explanation)> UpdateAsync(Hands hands, CancellationToken cancellationToken)
    {
        try
        {
            var good = await _strategy.UpdateAsync(hands, cancellationToken);
            var figures = _state.Decide(good);
            if (good)
            {
                await _strategy.FinishAsync(hands, cancellationToken);
                return (LabOutcome.Promoted, $"{figures}, so it was kept.");
            }

            await _strategy.UndoAsync(hands, cancellationToken);
            await _state.UntilAsync(() => _state.IsBackOnStable(Quiet), () => false, BackBound, $"{LabOptions.StableVersion} does not answer everybody", cancellationToken);
            return (LabOutcome.RolledBack, $"{figures}, so it was taken back {_strategy.TakenBackBy}.");
        }
        catch (LabException e)
        {
            return (LabOutcome.Unfinished, e.Message);
        }
        finally
        {
            _state.EndUpdate();
        }
    }
}
