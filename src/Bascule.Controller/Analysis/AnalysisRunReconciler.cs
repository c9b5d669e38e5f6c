using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Metrics;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Analysis;

/// <summary>
/// Observe, decide, apply: one pass over one AnalysisRun (RUN-1). It keeps nothing between passes, and completes at once
/// when client and providers do.
/// </summary>
public sealed partial class AnalysisRunReconciler : IReconciler
{
    /// <summary>Secrets, measurements, writes, and then some for conflicts; whoever loses this often should back off.</summary>
    private const int MaxRounds = 12;

    private readonly IKubeClient client;
    private readonly IObjectCache cache;
    private readonly IMetricProviders providers;
    private readonly IEventSink events;
    private readonly TimeProvider time;
    private readonly ILogger<AnalysisRunReconciler> logger;

    /// <summary>Makes a reconciler.</summary>
    /// <param name="client">Where to write, and to read secrets.</param>
    /// <param name="cache">Where to read; holds <see cref="ArgoResources.AnalysisRuns"/>.</param>
    /// <param name="providers">What can be measured.</param>
    /// <param name="events">Where events go.</param>
    /// <param name="time">Says what time it is.</param>
    /// <param name="logger">Told what decisions changed, and why.</param>
    public AnalysisRunReconciler(
        IKubeClient client, IObjectCache cache, IMetricProviders providers, IEventSink events, TimeProvider time, ILogger<AnalysisRunReconciler> logger)
    {
        this.client = client;
        this.cache = cache;
        this.providers = providers;
        this.events = events;
        this.time = time;
        this.logger = logger;
    }

    /// <inheritdoc/>
    /// <exception cref="KubeException">The run changed in every round, or the server refused for another reason.</exception>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ArgoResources.AnalysisRuns, key) is not { } run)
            return null;
        var pass = new AnalysisPass(client, providers, time, run.Namespace);
        for (var round = 1; ; round++)
        {
            var decision = Decide(run, pass);
            if (await pass.FindOutAsync(decision.Effects, cancellationToken))
                continue;
            try
            {
                foreach (var effect in decision.Effects)
                    await effect.Match(new AnalysisWrites(client, providers, events, run, cancellationToken));
                Tell(key, decision);
                return decision.LookAgainAfter;
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                return null;
            }
            catch (KubeException e) when (e.IsConflict && round < MaxRounds)
            {
                // Somebody wrote first, or the cache is behind. What was measured stays valid and is decided on anew.
                Log.MovedOn(logger, key);
                if (await ReadAgainAsync(run, cancellationToken) is not { } fresh)
                    return null;
                run = fresh;
            }
        }
    }

    private AnalysisDecision Decide(KubeObject run, AnalysisPass pass)
    {
        var parsed = run.As(AnalysisRun.Parse);
        return AnalysisRunDecider.Decide(new()
        {
            Run = parsed,
            ResourceVersion = run.ResourceVersion,
            Now = time.GetUtcNow(),
            News = News(parsed),
            Secrets = pass.Secrets,
            Finished = pass.Finished,
        });
    }

    /// <summary>The metrics whose measurement under way has changed where it runs (RUN-5).</summary>
    private HashSet<string>? News(AnalysisRun run)
    {
        HashSet<string>? news = null;
        foreach (var result in run.Status.MetricResults)
        {
            if (result.LastMeasurement is not { FinishedAt: null } underWay || result.Phase.IsCompleted())
                continue;
            var metric = run.Metrics.FirstOrDefault(m => m.Name == result.Name);
            if (metric is { Providers: [var provider, ..] } && providers.Find(provider)?.HasNews(underWay) == true)
                (news ??= []).Add(result.Name);
        }

        return news;
    }

    private async Task<KubeObject?> ReadAgainAsync(KubeObject run, CancellationToken cancellationToken)
    {
        try
        {
            var fresh = await client.GetAsync(ArgoResources.AnalysisRuns, run.Key, cancellationToken);
            // Another run of the same name is none of this pass's business; its own event wakes the key.
            return fresh.Uid == run.Uid ? fresh : null;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private void Tell(ObjectKey key, AnalysisDecision decision)
    {
        var level = decision.Effects.IsEmpty ? LogLevel.Debug : LogLevel.Information;
        if (!logger.IsEnabled(level))
            return;
        var why = string.Join("; ", decision.Reasons);
        if (decision.Effects.IsEmpty)
            Log.Looked(logger, key, why);
        else
            Log.Changed(logger, key, why);
    }

    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Information, "AnalysisRun {Key}: {Reasons}")]
        public static partial void Changed(ILogger logger, ObjectKey key, string reasons);

        [LoggerMessage(2101, LogLevel.Debug, "AnalysisRun {Key}: nothing to do: {Reasons}")]
        public static partial void Looked(ILogger logger, ObjectKey key, string reasons);

        [LoggerMessage(2102, LogLevel.Debug, "AnalysisRun {Key}: the run changed while writing, deciding again")]
        public static partial void MovedOn(ILogger logger, ObjectKey key);
    }
}
