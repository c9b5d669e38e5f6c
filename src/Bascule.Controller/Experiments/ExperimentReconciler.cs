using Bascule.Controller.Caches;
using Bascule.Engine.Experiments;
using Bascule.Kube;
using Bascule.Kube.Events;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Experiments;

/// <summary>Observe, decide, apply: one pass over one Experiment. It keeps nothing between passes.</summary>
/// <param name="client">Where to write, and to read what the cache does not show.</param>
/// <param name="cache">Where to read; holds <see cref="ExperimentObserver.Types"/>.</param>
/// <param name="events">Where events go.</param>
/// <param name="time">Says what time it is in an observation.</param>
/// <param name="logger">Told what decisions changed, and why.</param>
/// <param name="instanceId">The controller's instance id; null for none (RT-1).</param>
public sealed partial class ExperimentReconciler(
    IKubeClient client, IObjectCache cache, IEventSink events, TimeProvider time, ILogger<ExperimentReconciler> logger, string? instanceId = null) : IReconciler
{
    /// <summary>How often a pass may find more than the cache showed; each time it is one object per version or analysis at least.</summary>
    private const int MaxRounds = 12;

    /// <summary>How long to wait when a write found the world changed, unless the change itself wakes the key before (EX-12).</summary>
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    /// <exception cref="ExperimentRefusedException">The server refused something; what can be recorded of it is (EX-6, EX-12).</exception>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ArgoResources.Experiments, key) is not { } experiment)
            return null;
        var fresher = new FresherCache(cache);
        // Versions of the Experiment that arrive during the pass are for the next one.
        fresher.Add(ArgoResources.Experiments, experiment);
        var observer = new ExperimentObserver(fresher, instanceId);
        var writes = new ExperimentWrites(client, fresher, events, experiment, cancellationToken);
        for (var round = 1; round <= MaxRounds; round++)
        {
            if (observer.Observe(key, writes.LookedUp, time.GetUtcNow()) is not { } seen)
                return null;
            var decision = ExperimentDecider.Decide(seen);
            switch (await ApplyAsync(writes, seen, decision))
            {
                case ExperimentWriteOutcome.Done:
                    Tell(key, decision);
                    return decision.LookAgainAfter;
                case ExperimentWriteOutcome.MovedOn:
                    Log.MovedOn(logger, key);
                    return LookAgainSoon;
                case ExperimentWriteOutcome.FoundMore:
                    break;
            }
        }

        return LookAgainSoon;
    }

    private static async Task<ExperimentWriteOutcome> ApplyAsync(ExperimentWrites writes, ExperimentObservation seen, ExperimentDecision decision)
    {
        try
        {
            return await writes.ApplyAsync(decision.Effects);
        }
        catch (ExperimentRefusedException refused)
        {
            await writes.ApplyAsync(ExperimentDecider.AfterRefusal(seen, refused.Effect, refused.ServerMessage).Effects);
            throw;
        }
    }

    private void Tell(ObjectKey key, ExperimentDecision decision)
    {
        var level = decision.Effects.IsEmpty ? LogLevel.Debug : LogLevel.Information;
        if (!logger.IsEnabled(level))
            return;
        var why = string.Join("; ", decision.Reasons.Select(r => r.Message));
        if (decision.Effects.IsEmpty)
            Log.Looked(logger, key, why);
        else
            Log.Changed(logger, key, string.Join(", ", decision.Effects.Select(e => e.Match(ExperimentEffectText.Instance)).OfType<string>()), why);
    }

    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Information, "Experiment {Key}: {Effects}: {Reasons}")]
        public static partial void Changed(ILogger logger, ObjectKey key, string effects, string reasons);

        [LoggerMessage(2301, LogLevel.Debug, "Experiment {Key}: nothing to do: {Reasons}")]
        public static partial void Looked(ILogger logger, ObjectKey key, string reasons);

        [LoggerMessage(2302, LogLevel.Debug, "Experiment {Key}: the cluster changed while writing, looking again")]
        public static partial void MovedOn(ILogger logger, ObjectKey key);
    }
}
