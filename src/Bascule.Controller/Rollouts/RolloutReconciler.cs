using System.Collections.Immutable;
using Bascule.Controller.Caches;
using Bascule.Controller.Plugins;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic;
using Bascule.Traffic.Alb;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Rollouts;

/// <summary>Observe, decide, apply: one pass over one Rollout. It keeps nothing between passes.</summary>
public sealed partial class RolloutReconciler : IReconciler
{
    /// <summary>
    /// How long to wait when a write found the world changed, unless the change itself wakes the key before: the time a
    /// watch needs at worst, and long enough not to spin on a cache that is behind (RT-5).
    /// </summary>
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromMilliseconds(100);

    private readonly IKubeClient _client;
    private readonly IObjectCache _cache;
    private readonly TrafficRouters _routers;
    private readonly StepPlugins _plugins;
    private readonly RolloutObserver _observer;
    private readonly Func<IObjectCache, RolloutObserver> _observerOf;
    private readonly IEventSink _events;
    private readonly TimeProvider _time;
    private readonly ILogger<RolloutReconciler> _logger;

    /// <summary>Makes a reconciler.</summary>
    /// <param name="client">Where to write.</param>
    /// <param name="cache">Where to read; holds <see cref="RolloutObserver.Types"/>.</param>
    /// <param name="routers">What can share out traffic.</param>
    /// <param name="plugins">What does the steps of plugins.</param>
    /// <param name="events">Where events go.</param>
    /// <param name="time">Says what time it is in an observation.</param>
    /// <param name="logger">Told what decisions changed, and why.</param>
    /// <param name="instanceId">The controller's instance id; null for none (RT-1).</param>
    /// <param name="workloads">Where referenced workloads come from; null for the cluster itself.</param>
    /// <param name="routing">Where routing objects come from; null for the cache.</param>
    /// <param name="targets">Asks load balancers whether they know pods; null to ask none.</param>
    public RolloutReconciler(
        IKubeClient client,
        IObjectCache cache,
        TrafficRouters routers,
        StepPlugins plugins,
        IEventSink events,
        TimeProvider time,
        ILogger<RolloutReconciler> logger,
        string? instanceId = null,
        IWorkloadSource? workloads = null,
        IRoutingSource? routing = null,
        TargetGroupCheck? targets = null)
    {
        _client = client;
        _cache = cache;
        _routers = routers;
        _plugins = plugins;
        workloads ??= new LiveWorkloads(client);
        _observerOf = seen => new RolloutObserver(seen, routers, instanceId, new LivePods(client), workloads, routing, targets);
        _observer = _observerOf(cache);
        _events = events;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidRolloutException">The Rollout cannot run as it is (RT-14).</exception>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_cache.Get(ArgoResources.Rollouts, key) is not { } rollout || await _observer.ObserveAsync(key, _time.GetUtcNow(), cancellationToken) is not { } pass)
            return null;
        // Every time, as for a plan that cannot be carried out; what is decided waits for the router quietly (TR-22).
        if (pass.Seen.Traffic is { Problem: { } problem, IsVerificationProblem: false, ProblemReason: var reason })
            await ApplierFor(rollout).ApplyAsync([new EmitEvent(true, reason, problem)], cancellationToken);
        (pass, var decision) = await DecideAsync(pass, cancellationToken);
        var applied = await ApplyAsync(rollout, pass, decision, cancellationToken);
        if (!applied && await WithWhatHasTheNameAsync(key, decision, cancellationToken) is { } more)
        {
            (more, decision) = await DecideAsync(more, cancellationToken);
            applied = await ApplyAsync(rollout, more, decision, cancellationToken);
        }

        if (!applied)
        {
            Log.MovedOn(_logger, key);
            return LookAgainSoon;
        }

        Tell(key, decision);
        if (decision is { Invalid: true, LookAgainAfter: null })
            throw new InvalidRolloutException(key, decision.Reasons);
        return decision.LookAgainAfter;
    }

    /// <summary>Decides, and gives the decision what it turns out to need: runs that the cache does not show, and a plugin's answer.</summary>
    /// <returns>The decision, and what it was taken on.</returns>
    private async Task<(RolloutPass Pass, Decision Decision)> DecideAsync(RolloutPass pass, CancellationToken cancellationToken)
    {
        var decision = RolloutDecider.Decide(pass);
        if (!decision.RunsMissed.IsEmpty && await RunsAsync(pass.Seen.Rollout.Meta.Namespace, decision.RunsMissed, cancellationToken) is { IsEmpty: false } runs)
        {
            pass = RolloutPass.Of(pass.Seen with { AnalysisRuns = pass.Seen.AnalysisRuns.AddRange(runs) });
            decision = RolloutDecider.Decide(pass);
        }

        if (decision.PluginCall is { } call)
        {
            // A call may take its time, and the plugin's rest begins behind it.
            var answer = await _plugins.CallAsync(pass.Seen.Rollout, call, cancellationToken);
            pass = RolloutPass.Of(pass.Seen with { PluginAnswer = answer, Now = _time.GetUtcNow() });
            decision = RolloutDecider.Decide(pass);
        }

        return (pass, decision);
    }

    /// <summary>The runs of these names that exist (AR-9).</summary>
    private async Task<ImmutableArray<AnalysisRunView>> RunsAsync(string @namespace, ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<AnalysisRunView>();
        foreach (var name in names)
        {
            try
            {
                found.Add(AnalysisRunView.Read((await _client.GetAsync(ArgoResources.AnalysisRuns, new(@namespace, name), cancellationToken)).Root));
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // It is gone, and the decision stands.
            }
        }

        return found.ToImmutable();
    }

    private EffectApplier ApplierFor(KubeObject rollout) => new(_client, _routers, _events, _time, rollout);

    private async Task<bool> ApplyAsync(KubeObject rollout, RolloutPass pass, Decision decision, CancellationToken cancellationToken)
    {
        var applier = ApplierFor(rollout);
        try
        {
            return await applier.ApplyAsync(decision.Effects, cancellationToken);
        }
        catch (ReplicaSetRefusedException e)
        {
            await applier.ApplyAsync(RolloutDecider.AfterReplicaSetRefused(pass, e.ServerMessage).Effects, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// What to decide on when a new version's ReplicaSet could not be created because its name is taken, by an object that
    /// the cache will never show: its informer leaves out ReplicaSets without a version (RT-2, NAME-4).
    /// </summary>
    /// <returns>The observation with that object; null when this is not what happened.</returns>
    private async Task<RolloutPass?> WithWhatHasTheNameAsync(ObjectKey key, Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Effects.OfType<CreateReplicaSet>().FirstOrDefault() is not { } create)
            return null;
        var fresher = new FresherCache(_cache);
        try
        {
            fresher.Add(ResourceTypes.ReplicaSets, await _client.GetAsync(ResourceTypes.ReplicaSets, new(key.Namespace, create.Name), cancellationToken));
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return null;
        }

        return await _observerOf(fresher).ObserveAsync(key, _time.GetUtcNow(), cancellationToken);
    }

    private void Tell(ObjectKey key, Decision decision)
    {
        var level = decision.Effects.IsEmpty ? LogLevel.Debug : LogLevel.Information;
        if (!_logger.IsEnabled(level))
            return;
        var why = string.Join("; ", decision.Reasons.Select(r => r.Message));
        if (decision.Effects.IsEmpty)
            Log.Looked(_logger, key, why);
        else
            Log.Changed(_logger, key, string.Join(", ", decision.Effects.Select(e => e.Match(EffectText.Instance)).OfType<string>()), why);
    }

    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Information, "Rollout {Key}: {Effects}: {Reasons}")]
        public static partial void Changed(ILogger logger, ObjectKey key, string effects, string reasons);

        [LoggerMessage(2001, LogLevel.Debug, "Rollout {Key}: nothing to do: {Reasons}")]
        public static partial void Looked(ILogger logger, ObjectKey key, string reasons);

        [LoggerMessage(2002, LogLevel.Debug, "Rollout {Key}: the cluster changed while writing, looking again")]
        public static partial void MovedOn(ILogger logger, ObjectKey key);
    }
}
