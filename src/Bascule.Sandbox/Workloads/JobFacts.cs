using System.Collections.Immutable;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>A Job as its decision sees it, read once.</summary>
internal sealed record JobFacts
{
    /// <summary>Keeps a pod that ended until its end is counted in the Job's status.</summary>
    public const string TrackingFinalizer = "batch.kubernetes.io/job-tracking";

    private JobFacts(KubeObject job)
    {
        Object = job;
        var spec = job.Root.At("spec");
        Completions = spec.Int("completions");
        Parallelism = spec.Int("parallelism") ?? 1;
        BackOffLimit = spec.Int("backoffLimit") ?? 6;
        Deadline = spec.Long("activeDeadlineSeconds") is { } deadline ? TimeSpan.FromSeconds(deadline) : null;
        TimeToLive = spec.Int("ttlSecondsAfterFinished") is { } ttl ? TimeSpan.FromSeconds(ttl) : null;
        IsSuspended = spec.IsTrue("suspend");
        RestartsInPlace = spec.At("template", "spec").Text("restartPolicy") == "OnFailure";
        ReplacesOnlyEnded = spec.Text("podReplacementPolicy") == "Failed";
        var status = job.Root.At("status");
        Succeeded = status.Int("succeeded") ?? 0;
        Failed = status.Int("failed") ?? 0;
        var uncounted = status.At("uncountedTerminatedPods");
        UncountedSucceeded = [.. uncounted.Texts("succeeded")];
        UncountedFailed = [.. uncounted.Texts("failed")];
        StartTime = status.Instant("startTime");
        Conditions = Conditions.Read(status);
    }

    /// <summary>The Job itself.</summary>
    public KubeObject Object { get; }

    /// <summary>Successes wanted; null when the first one means that the work is done.</summary>
    public int? Completions { get; }

    /// <summary>Pods that may run at a time.</summary>
    public int Parallelism { get; }

    /// <summary>Failures tolerated.</summary>
    public int BackOffLimit { get; }

    /// <summary>How long it may take in all; null for as long as it likes.</summary>
    public TimeSpan? Deadline { get; }

    /// <summary>How long it stays once it has finished; null for ever.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>It shall have no pods for now.</summary>
    public bool IsSuspended { get; }

    /// <summary>Its pods restart their containers (<c>OnFailure</c>), so that failures are restarts.</summary>
    public bool RestartsInPlace { get; }

    /// <summary>A pod that is still ending is not replaced yet, nor counted as failed.</summary>
    public bool ReplacesOnlyEnded { get; }

    /// <summary>Successes counted, their pods released.</summary>
    public int Succeeded { get; }

    /// <summary>Failures counted, their pods released.</summary>
    public int Failed { get; }

    /// <summary>The uids of pods that succeeded and may still carry the finalizer.</summary>
    public ImmutableArray<string> UncountedSucceeded { get; }

    /// <summary>The uids of pods that failed and may still carry the finalizer.</summary>
    public ImmutableArray<string> UncountedFailed { get; }

    /// <summary>When it began, or was last resumed; null before.</summary>
    public DateTimeOffset? StartTime { get; }

    /// <summary>The conditions of its status.</summary>
    public Conditions Conditions { get; }

    /// <summary>Complete or failed, for good.</summary>
    public Condition? End => Holding("Complete") ?? Holding("Failed");

    /// <summary>Its end is decided, but pods must end or be counted first.</summary>
    public Condition? Verdict => Holding("SuccessCriteriaMet") ?? Holding("FailureTarget");

    /// <summary>Reads a Job.</summary>
    public static JobFacts Of(KubeObject job) => new(job);

    /// <summary>Whether a pod's end is still to be counted.</summary>
    public static bool IsTracked(KubeObject pod) => pod.Root.At("metadata").Texts("finalizers").Contains(TrackingFinalizer);

    /// <summary>When the last container of a pod ended; for one that left no trace, when its deletion was asked for.</summary>
    public static DateTimeOffset EndOf(KubeObject pod, DateTimeOffset now)
    {
        var ends = pod.Root.At("status").Items("containerStatuses").Select(c => c.At("state").At("terminated").Instant("finishedAt")).Where(e => e is not null).ToList();
        return (ends.Count > 0 ? ends.Max() : pod.DeletionTimestamp) ?? now;
    }

    private Condition? Holding(string type) => Conditions.Get(type) is { Status: "True" } condition ? condition : null;
}
