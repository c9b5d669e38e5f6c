using System.Collections.Immutable;
using System.Net;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Kube;

namespace Bascule.Metrics.Jobs;

/// <summary>Measures by running a Job: it succeeds or it fails (RUN-12, RUN-21, MP-JOB rows).</summary>
/// <param name="client">Where the Jobs run.</param>
/// <param name="options">Which namespace, and what is known of Jobs without asking.</param>
/// <param name="time">Times the looks at a Job.</param>
public sealed class JobProvider(IKubeClient client, JobProviderOptions options, TimeProvider time) : IMetricProvider
{
    /// <summary>The entry of a measurement's metadata with the Job's name.</summary>
    public const string NameKey = "job-name";

    /// <summary>The entry of a measurement's metadata with the Job's namespace.</summary>
    public const string NamespaceKey = "job-namespace";

    private const string NoReference = "job metadata reference missing";

    /// <summary>A status keeps whole seconds: a shorter wait would be over at once, again and again.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(1);

    private static readonly DeleteOptions s_foreground = new() { Propagation = PropagationPolicy.Foreground };

    /// <inheritdoc/>
    public string Name => "job";

    /// <inheritdoc/>
    public async Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        try
        {
            return task.Unfinished is { } underWay ? await ResumeAsync(task, underWay, cancellationToken) : await BeginAsync(task, cancellationToken);
        }
        catch (KubeException e) when (!WillPass(e))
        {
            return MeasurementOutcome.Failed(e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        if (Key(task.Unfinished) is not { } key)
            return MeasurementOutcome.Failed(NoReference);
        try
        {
            await DeleteAsync(key, task.RunUid, cancellationToken);
            return MeasurementOutcome.Ended(AnalysisPhase.Inconclusive);
        }
        catch (KubeException e) when (!WillPass(e))
        {
            return MeasurementOutcome.Failed(e.Message);
        }
    }

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Describe(Metric metric) => ImmutableSortedDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public bool HasNews(Measurement underWay) =>
        Key(underWay) is { } key && options.Cache?.Get(ResourceTypes.Jobs, key) is { } job && JobState.End(job) is not null;

    /// <inheritdoc/>
    public async Task ForgetAsync(string runUid, ImmutableArray<Measurement> measurements, CancellationToken cancellationToken)
    {
        foreach (var measurement in measurements)
        {
            if (Key(measurement) is { } key)
                await DeleteAsync(key, runUid, cancellationToken);
        }
    }

    private async Task<MeasurementOutcome> BeginAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        var @namespace = options.Namespace ?? task.Namespace;
        var owned = @namespace == task.Namespace && !options.IsAnotherCluster;
        var body = JobBody.Of(task, @namespace, owned);
        var name = JobBody.Name(task);
        try
        {
            await client.CreateAsync(ResourceTypes.Jobs, @namespace, body, cancellationToken);
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            // Begun before, and the note of it was lost; unless somebody else has this very name.
            var existing = await client.GetAsync(ResourceTypes.Jobs, new(@namespace, name), cancellationToken);
            if ((owned ? existing.ControllerUid : RunOf(existing)) != task.RunUid)
                return MeasurementOutcome.Failed(e.Message);
        }

        // At once, to catch the short ones (MP-JOB-05).
        return MeasurementOutcome.UnderWay(
            time.GetUtcNow(), ImmutableSortedDictionary<string, string>.Empty.Add(NameKey, name).Add(NamespaceKey, @namespace ?? ""));
    }

    private async Task<MeasurementOutcome> ResumeAsync(MeasurementTask task, Measurement underWay, CancellationToken cancellationToken)
    {
        if (Key(underWay) is not { } key)
            return MeasurementOutcome.Failed(NoReference);
        var job = await client.GetAsync(ResourceTypes.Jobs, key, cancellationToken);
        if (RunOf(job) != task.RunUid)
            return MeasurementOutcome.Failed($"job {key} does not belong to this run");
        if (JobState.End(job) is { } phase)
            return MeasurementOutcome.Ended(phase);
        var pods = await client.ListAsync(ResourceTypes.Pods, key.Namespace, new() { LabelSelector = $"{Labels.AnalysisRunUid}={task.RunUid}" }, cancellationToken);
        if (JobState.Hopeless(pods.Items.Where(p => p.ControllerUid == job.Uid)) is { } hopeless)
            return hopeless;
        var now = time.GetUtcNow();
        var elapsed = underWay.StartedAt is { } started && started < now ? now - started : TimeSpan.Zero;
        var wait = TimeSpan.FromSeconds(Math.Sqrt(2 * elapsed.TotalSeconds));
        return MeasurementOutcome.UnderWay(now + (wait > s_shortestWait ? wait : s_shortestWait));
    }

    /// <summary>
    /// Deletes a Job and its pods. A status can be written by many, so that the name in it is not enough: the Job must say
    /// itself that it belongs to the run.
    /// </summary>
    private async Task DeleteAsync(ObjectKey key, string runUid, CancellationToken cancellationToken)
    {
        try
        {
            var job = await client.GetAsync(ResourceTypes.Jobs, key, cancellationToken);
            if (RunOf(job) == runUid && job.DeletionTimestamp is null)
                await client.DeleteAsync(ResourceTypes.Jobs, key, s_foreground with { PreconditionUid = job.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone, which is what was wanted.
        }
    }

    private static string? RunOf(KubeObject job) => job.Labels.GetValueOrDefault(Labels.AnalysisRunUid);

    private static ObjectKey? Key(Measurement? measurement) =>
        measurement?.Metadata.GetValueOrDefault(NameKey) is { Length: > 0 } name ? new(measurement.Metadata.GetValueOrDefault(NamespaceKey), name) : null;

    /// <summary>Trouble of the server's or the network's own: the pass is tried again, and finds the Job by its name.</summary>
    private static bool WillPass(KubeException e) =>
        e.IsUnreachable || e.IsConflict || e.Code is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)e.Code >= 500;
}
