using Bascule.Kube.Events;

namespace Bascule.Sandbox.Runtime;

/// <summary>The probes of one run of a container.</summary>
internal sealed class ContainerProbes(PodContext context, ProcessPod pod, ContainerSpec spec, DateTimeOffset begun, ExecInContainer exec)
{
    /// <summary>The first step of looking more often than asked; see <see cref="RunAsync(ProbeSpec, CancellationToken)"/>.</summary>
    private static readonly TimeSpan s_eager = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource startedUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isStarted = spec.Startup is null;
    private bool isReady = spec.Startup is null && spec.Readiness is null;

    /// <summary>Whether it counts as started and as ready, when that changed.</summary>
    public event Action<bool, bool>? Changed;

    /// <summary>Completes when the container must be restarted.</summary>
    public Task Died => died.Task;

    /// <summary>Which probe gave it up; meaningful once <see cref="Died"/>.</summary>
    public string DiedOf { get; private set; } = "";

    /// <summary>The grace period of that probe; null for the pod's.</summary>
    public TimeSpan? GracePeriod { get; private set; }

    /// <summary>Probes until the run is over.</summary>
    public async Task RunAsync(CancellationToken running)
    {
        try
        {
            if (spec.Startup is null)
                startedUp.SetResult();
            await Task.WhenAll(new[] { spec.Startup, spec.Liveness, spec.Readiness }.OfType<ProbeSpec>().Select(p => RunAsync(p, running)));
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>
    /// Until a container is first started or ready, it is probed more often than asked, so that a pod serves as soon as it
    /// can. The extra probes count only when they succeed: thresholds keep their meaning.
    /// </summary>
    private async Task RunAsync(ProbeSpec probe, CancellationToken running)
    {
        if (probe.Kind != ProbeKind.Startup)
            await startedUp.Task.WaitAsync(running);
        var wait = begun + probe.InitialDelay - context.Time.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, context.Time, running);
        var tracker = new ProbeTracker(probe);
        var due = context.Time.GetTimestamp();
        var eager = s_eager;
        while (true)
        {
            var late = context.Time.GetElapsedTime(due);
            var counts = late >= TimeSpan.Zero;
            if (counts)
                due += probe.Period.Ticks * context.Time.TimestampFrequency / TimeSpan.TicksPerSecond;
            var result = await context.Prober.ProbeAsync(probe, spec, pod.Address, exec, running);
            if ((counts || result.Success) && Judge(probe, tracker, result))
                return;
            var left = -context.Time.GetElapsedTime(due);
            if (!tracker.Passes && eager < left)
            {
                left = eager;
                eager *= 2;
            }

            if (left > TimeSpan.Zero)
                await Task.Delay(left, context.Time, running);
        }
    }

    /// <summary>True when the probe has done its work.</summary>
    private bool Judge(ProbeSpec probe, ProbeTracker tracker, ProbeResult result)
    {
        if (!result.Success)
            pod.Tell(EventSeverity.Warning, "Unhealthy", $"{probe.Kind} probe failed: {result.Message}");
        if (!tracker.Count(result.Success))
            return false;
        if (probe.Kind == ProbeKind.Readiness)
        {
            Note(isStarted, tracker.Passes);
            return false;
        }

        if (!tracker.Passes)
        {
            DiedOf = probe.Kind == ProbeKind.Startup ? "startup" : "liveness";
            GracePeriod = probe.GracePeriod;
            died.TrySetResult();
            return true;
        }

        if (probe.Kind == ProbeKind.Liveness)
            return false;
        Note(started: true, ready: spec.Readiness is null);
        startedUp.TrySetResult();
        return true;
    }

    private void Note(bool started, bool ready)
    {
        if (isStarted == started && isReady == ready)
            return;
        isStarted = started;
        isReady = ready;
        Changed?.Invoke(started, ready);
    }
}
