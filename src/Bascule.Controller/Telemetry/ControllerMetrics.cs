using System.Collections.Immutable;
using System.IO.Pipelines;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Telemetry;

/// <summary>
/// Everything that a controller tells Prometheus (PM rows), under the names of the reference. How objects stand is read
/// from the cache when somebody asks: a pass costs nothing more for it, and what is gone is gone from it at once. What
/// happened is counted when it happens. Thread-safe.
/// </summary>
internal sealed class ControllerMetrics
{
    /// <summary>The kinds whose objects are counted by name, because their end is seen.</summary>
    public static readonly ImmutableArray<ResourceType> Named =
    [
        ArgoResources.Rollouts,
        ArgoResources.AnalysisRuns,
        ArgoResources.Experiments,
        ArgoResources.AnalysisTemplates,
        ArgoResources.ClusterAnalysisTemplates,
        ResourceTypes.Services,
    ];

    private readonly IObjectCache _cache;
    private readonly Departures _departures;
    private readonly UpdateDurations _durations = new();
    private readonly RequestSeries _requests;
    private readonly CountingEvents _events;

    /// <summary>Makes them, all at zero.</summary>
    /// <param name="cache">Where objects stand.</param>
    /// <param name="requests">The requests that a <see cref="CountingClient"/> counts.</param>
    /// <param name="events">Where events go once they are counted.</param>
    /// <param name="time">The clock.</param>
    public ControllerMetrics(IObjectCache cache, RequestSeries requests, IEventSink events, TimeProvider time)
    {
        _cache = cache;
        _requests = requests;
        _events = new CountingEvents(events);
        _departures = new Departures(time);
        Rollouts = Passes(ArgoResources.Rollouts);
        AnalysisRuns = Passes(ArgoResources.AnalysisRuns);
        Experiments = Passes(ArgoResources.Experiments);
    }

    /// <summary>The passes over Rollouts.</summary>
    public PassSeries Rollouts { get; }

    /// <summary>The passes over AnalysisRuns.</summary>
    public PassSeries AnalysisRuns { get; }

    /// <summary>The passes over Experiments.</summary>
    public PassSeries Experiments { get; }

    /// <summary>Counts events and passes them on.</summary>
    public IEventSink Events => _events;

    /// <summary>Notes what became of an object.</summary>
    /// <param name="change">The change.</param>
    /// <param name="acts">This process is the one that acts, so that it counts an update that ended with the change.</param>
    public void Note(ObjectChange change, bool acts)
    {
        if ((change.Old is null || change.New is null) && Named.Contains(change.Type))
        {
            _departures.Note(change.Type, change.Key, gone: change.New is null);
            Sweep();
        }
        else if (acts && change is { Old: { } old, New: { } current } && change.Type == ArgoResources.Rollouts)
        {
            _durations.Note(old.AsRollout().Status.Duration, current.AsRollout().Status.Duration);
        }
    }

    /// <summary>Writes all of them as text, a part at a time.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="loops">The loops by the names of their queues; none while another process acts.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(PipeWriter output, IReadOnlyList<(string Name, ReconcileLoop Loop)> loops, CancellationToken cancellationToken)
    {
        Sweep();
        var text = new MetricsText(output);
        Action[] parts =
        [
            () => RolloutStateMetrics.Write(text, _cache.List(ArgoResources.Rollouts, null)),
            () => Rollouts.Write(text, "rollout"),
            () => _events.Write(text),
            () => _durations.Write(text),
            () => AnalysisStateMetrics.WriteRuns(text, _cache.List(ArgoResources.AnalysisRuns, null)),
            () => AnalysisRuns.Write(text, "analysis_run"),
            () => AnalysisStateMetrics.WriteTemplates(text, [.. _cache.List(ArgoResources.AnalysisTemplates, null), .. _cache.List(ArgoResources.ClusterAnalysisTemplates, null)]),
            () => AnalysisStateMetrics.WriteExperiments(text, _cache.List(ArgoResources.Experiments, null)),
            () => Experiments.Write(text, "experiment"),
            () => _requests.Write(text),
            () => QueueMetrics.Write(text, loops),
            () => ProcessMetrics.Write(text),
        ];
        foreach (var part in parts)
        {
            part();
            await output.FlushAsync(cancellationToken);
        }
    }

    private PassSeries Passes(ResourceType type) => new(type, key => _cache.Get(type, key) is not null);

    private void Sweep()
    {
        var gone = _departures.Take();
        if (gone.Count == 0)
            return;
        Rollouts.Drop(gone);
        AnalysisRuns.Drop(gone);
        Experiments.Drop(gone);
        _events.Drop(gone);
        _requests.Drop(gone);
    }
}
