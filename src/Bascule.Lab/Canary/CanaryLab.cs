using System.Collections.Immutable;
using System.Net.Sockets;
using Bascule.Kube;
using Bascule.Lab.Load;
using Bascule.Lab.Manifests;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Reports;

namespace Bascule.Lab.Canary;

/// <summary>
/// The course's main exercise: version 1 under traffic, version 2 by canary, judged by a real Prometheus, and the users'
/// side of it measured. Works on any cluster that has a controller. Run once.
/// </summary>
public sealed class CanaryLab
{
    private const string Rollout = "goprom";
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan CleanUpBound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);

    /// <summary>How long no answer of the bad version makes sure that there will be none.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Traffic shown after the end, so that the picture shows what it came to.</summary>
    private static readonly TimeSpan Epilogue = TimeSpan.FromSeconds(3);

    private readonly CanaryLabOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly LabState _state;

    /// <summary>Prepares a lab; nothing happens yet.</summary>
    public CanaryLab(CanaryLabOptions options, ILabView view, TimeProvider time, Random random)
    {
        _options = options;
        _time = time;
        _random = random;
        _state = new LabState(options, view, time);
    }

    /// <summary>Runs it. Whatever the end, everything that was started is ended and what was applied to a lent cluster is deleted.</summary>
    /// <param name="openCluster">Opens the cluster; the lab disposes it.</param>
    /// <param name="cancellationToken">Ends the lab early.</param>
    /// <exception cref="LabException">Something it needs is missing, or the first version did not come up.</exception>
    public async Task<CanaryReport> RunAsync(Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken)
    {
        _state.Say("starting the cluster and Prometheus");
        var (cluster, prometheus) = await OpenAsync(openCluster, cancellationToken);
        await using (cluster)
        await using (prometheus)
        {
            if (!cluster.IsOurs)
                await RefuseForeignAsync(cluster, cancellationToken);
            try
            {
                return await ObservedAsync(cluster, prometheus, cancellationToken);
            }
            finally
            {
                if (!cluster.IsOurs)
                    await DeleteAsync(cluster);
            }
        }
    }

    /// <summary>Runs the script beside the observer; when the observer fails the script ends too.</summary>
    private async Task<CanaryReport> ObservedAsync(LabCluster cluster, PrometheusProcess? prometheus, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var observer = new LabObserver(cluster.Client, new ObjectKey(cluster.Namespace, Rollout), _time, _random, _options.Begun);
        await observer.StartAsync(
            look =>
            {
                prometheus?.Targets.Write(observer.Pods);
                _state.Update(look);
            },
            cancellationToken);
        var script = ScriptAsync(cluster, prometheus?.Address ?? _options.Prometheus!, ending.Token);
        if (await Task.WhenAny(script, observer.Completion) != script)
        {
            await ending.CancelAsync();
            await ((Task)script).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await observer.Completion;
        }

        return await script;
    }

    private async Task<CanaryReport> ScriptAsync(LabCluster cluster, Uri address, CancellationToken cancellationToken)
    {
        _state.Say($"deploying goprom {CanaryLabOptions.StableVersion}{(cluster.Hint.Length > 0 ? $" ({cluster.Hint})" : "")}");
        var stable = Manifests(CanaryLabOptions.StableVersion, 0, address);
        await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, stable, cancellationToken);
        var url = _options.Url ?? await AddressAsync(cluster, cancellationToken);
        var firstAnswer = await FirstAnswerAsync(url, cancellationToken);

        using var generator = new TrafficGenerator(new LoadOptions { Url = url, Rate = _options.Rate }, _time);
        using var stopTraffic = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _state.Traffic = generator;
        var traffic = generator.RunAsync(stopTraffic.Token);
        try
        {
            var outcome = await RollOutAsync(cluster, address, cancellationToken);
            await Task.Delay(Epilogue, _time, cancellationToken);
            var rates = await RatesAsync(address, cancellationToken);
            await stopTraffic.CancelAsync();
            return Report(outcome, firstAnswer, await traffic) with { PrometheusRates = rates };
        }
        finally
        {
            await stopTraffic.CancelAsync();
            await traffic;
        }
    }

    private async Task<CanaryOutcome> RollOutAsync(LabCluster cluster, Uri prometheus, CancellationToken cancellationToken)
    {
        _state.Say($"waiting until all of {CanaryLabOptions.StableVersion} is available and Prometheus sees its traffic ({prometheus})");
        var before = await _state.UntilAsync(look => look.IsSettled, StartBound, $"{CanaryLabOptions.StableVersion} is not available", cancellationToken);
        await BaselineAsync(prometheus, cancellationToken);

        _state.Say($"rolling out {CanaryLabOptions.CanaryVersion}{(_options.Bad ? $", which fails {CanaryLabOptions.BadErrorRate:P0} of its requests" : "")}");
        var canary = Manifests(CanaryLabOptions.CanaryVersion, _options.Bad ? CanaryLabOptions.BadErrorRate : 0, prometheus);
        var applied = await LabManifests.ApplyAsync(cluster.Client, cluster.Namespace, canary.TakeLast(1), cancellationToken);
        _state.Applied(applied.Generation, before);
        var bound = EndBound + (_options.Pace * before.View.StepCount);
        try
        {
            await _state.UntilAsync(_ => _state.IsPromoted || _state.IsBackOnStable(Quiet), bound, "", cancellationToken);
        }
        catch (LabException)
        {
            return CanaryOutcome.Unfinished;
        }

        return _state.IsPromoted ? CanaryOutcome.Promoted : CanaryOutcome.RolledBack;
    }

    /// <summary>What the lab applies; only the names matter here.</summary>
    private ImmutableArray<ManifestObject> Names => Manifests(CanaryLabOptions.StableVersion, 0, new Uri("http://prometheus"));

    private ImmutableArray<ManifestObject> Manifests(string version, double errorRate, Uri prometheus) => LabManifests.Canary(new LabParameters
    {
        Image = _options.Image,
        Version = version,
        ErrorRate = errorRate,
        Pace = _options.Pace,
        Prometheus = prometheus,
    });

    private CanaryReport Report(CanaryOutcome outcome, TimeSpan firstAnswer, TrafficSnapshot traffic) => new()
    {
        Outcome = outcome,
        Explanation = _state.Explain(outcome),
        StableVersion = CanaryLabOptions.StableVersion,
        CanaryVersion = CanaryLabOptions.CanaryVersion,
        Rate = _options.Rate,
        Traffic = traffic,
        Marks = _state.Marks,
        TimeToFirstAnswer = firstAnswer,
        TimeToRollBack = outcome == CanaryOutcome.RolledBack ? _state.TimeToRollBack : null,
    };

    /// <summary>Opens both at once; when one fails the other is ended.</summary>
    private async Task<(LabCluster Cluster, PrometheusProcess? Prometheus)> OpenAsync(Func<CancellationToken, Task<LabCluster>> openCluster, CancellationToken cancellationToken)
    {
        var measuring = _options.Prometheus is null ? StartPrometheusAsync(cancellationToken) : Task.FromResult<PrometheusProcess?>(null);
        var opening = openCluster(cancellationToken);
        try
        {
            await Task.WhenAll(measuring, opening);
            return (await opening, await measuring);
        }
        catch
        {
            if (measuring.IsCompletedSuccessfully && await measuring is { } prometheus)
                await prometheus.DisposeAsync();
            if (opening.IsCompletedSuccessfully)
                await (await opening).DisposeAsync();
            throw;
        }
    }

    private async Task<PrometheusProcess?> StartPrometheusAsync(CancellationToken cancellationToken) => await PrometheusProcess.StartAsync(
        new PrometheusOptions { Directory = _options.RunDirectory, SearchPath = _options.SearchPath }, _time, cancellationToken);

    private async Task<Uri> AddressAsync(LabCluster cluster, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        while (_time.GetElapsedTime(begun) < StartBound)
        {
            if (await ServiceAddress.FindAsync(cluster.Client, new ObjectKey(cluster.Namespace, Rollout), cancellationToken) is { } url)
                return url;
            await Task.Delay(PollStep, _time, cancellationToken);
        }

        throw new LabException("the service goprom has no node port, or no node has an address: give the address with --url");
    }

    /// <summary>Asks until somebody answers.</summary>
    /// <returns>The time from the beginning of the lab to the answer.</returns>
    private async Task<TimeSpan> FirstAnswerAsync(Uri url, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        var begun = _time.GetTimestamp();
        while (_time.GetElapsedTime(begun) < StartBound)
        {
            try
            {
                using var answer = await http.GetAsync(url, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    var took = _time.GetElapsedTime(_options.Begun);
                    _state.Say(FormattableString.Invariant($"first answer from {CanaryLabOptions.StableVersion} after {took.TotalSeconds:0.00} s, now {_options.Rate:0.#} requests per second to {url}"));
                    return took;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Nobody answers yet. (A connection that is reset at once shows as a bare SocketException.)
            }

            await Task.Delay(PollStep, _time, cancellationToken);
        }

        throw new LabException($"nobody answers at {url} after {StartBound.TotalSeconds:0} s. {_state.WhyNot()}");
    }

    /// <summary>Waits until Prometheus has a rate for the first version: the analysis begins with good numbers then.</summary>
    private async Task BaselineAsync(Uri address, CancellationToken cancellationToken)
    {
        if (_options.Prometheus is not null)
        {
            // The controller reaches it there; this machine may not.
            await Task.Delay(_options.Pace, _time, cancellationToken);
            return;
        }

        using var http = new HttpClient { BaseAddress = address };
        var prometheus = new PrometheusClient(http);
        var begun = _time.GetTimestamp();
        while (_time.GetElapsedTime(begun) < StartBound)
        {
            if (await SeesStableAsync(prometheus, cancellationToken))
                return;
            await Task.Delay(LabObserver.Tick, _time, cancellationToken);
        }

        throw new LabException($"Prometheus at {address} has no requests of goprom after {StartBound.TotalSeconds:0} s: look there under Status, Targets");
    }

    private static async Task<bool> SeesStableAsync(PrometheusClient prometheus, CancellationToken cancellationToken)
    {
        var samples = await prometheus.QueryAsync("""sum(rate(http_requests_total{app="goprom",service="goprom",status="200"}[5s])) by (version)""", cancellationToken);
        return samples.Any(s => s.Labels.GetValueOrDefault("version") == CanaryLabOptions.StableVersion && s.Value > 0);
    }

    /// <summary>What Prometheus says of the last minute; nothing when it is not ours and may not be reachable from here.</summary>
    private async Task<ImmutableSortedDictionary<string, double>> RatesAsync(Uri address, CancellationToken cancellationToken)
    {
        if (_options.Prometheus is not null)
            return ImmutableSortedDictionary<string, double>.Empty;
        using var http = new HttpClient { BaseAddress = address };
        var samples = await new PrometheusClient(http).QueryAsync(CanaryReport.RateQuery, cancellationToken);
        return samples.ToImmutableSortedDictionary(s => s.Labels.GetValueOrDefault("version", ""), s => s.Value, StringComparer.Ordinal);
    }

    /// <summary>What somebody else has under our names must neither be changed nor deleted at the end.</summary>
    private async Task RefuseForeignAsync(LabCluster cluster, CancellationToken cancellationToken)
    {
        foreach (var manifest in Names)
        {
            try
            {
                await cluster.Client.GetAsync(manifest.Type, new ObjectKey(cluster.Namespace, manifest.Name), cancellationToken);
                throw new LabException($"{manifest.Type.Kind} \"{manifest.Name}\" exists in namespace \"{cluster.Namespace}\" already; delete it, or choose another namespace with --namespace");
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // Free.
            }
        }
    }

    /// <summary>Leaves a lent cluster as it was. Not cancelled with the lab: Ctrl-C must clean up too.</summary>
    private async Task DeleteAsync(LabCluster cluster)
    {
        using var bound = new CancellationTokenSource(CleanUpBound, _time);
        foreach (var manifest in Names.Reverse())
        {
            try
            {
                await cluster.Client.DeleteAsync(manifest.Type, new ObjectKey(cluster.Namespace, manifest.Name), DeleteOptions.Default, bound.Token);
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // It was never applied.
            }
        }
    }
}
