using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>
/// Decides how a Job gets from the pods it has to its end. Pure. Ends of pods are counted as Kubernetes does, so that none
/// is lost or counted twice however often the pods or this process go away in between: a finalizer keeps the pod; its uid
/// is written to the status; the finalizer goes; the uid becomes a number.
/// </summary>
internal static class JobDecider
{
    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(10);

    /// <summary>Decides from a snapshot.</summary>
    /// <param name="job">The Job.</param>
    /// <param name="pods">The pods that it controls.</param>
    /// <param name="now">The moment of the look.</param>
    public static JobPlan Decide(JobFacts job, IReadOnlyList<PodFacts> pods, DateTimeOffset now)
    {
        var count = Count(job, pods);
        var active = pods.Where(p => p.IsActive).ToList();
        if (job.End is { } end)
            return WhenFinished(job, pods, count, end, now);
        if (job.Object.DeletionTimestamp is not null)
            return Plan(job, pods, count, job.StartTime, job.Conditions, now);

        var events = ImmutableArray.CreateBuilder<JobEvent>();
        var (conditions, startTime) = Suspension(job, events, now);
        var verdict = job.Verdict;
        if (verdict is null && Judge(job, active, count, startTime, now) is { } judged)
        {
            verdict = judged;
            conditions = conditions.With(judged);
        }

        var failing = verdict?.Type == "FailureTarget";
        if (verdict is not null && count.IsSettled && active.Count == 0 && !pods.Any(IsEnding))
        {
            conditions = conditions.With(verdict with { Type = failing ? "Failed" : "Complete", LastTransition = now });
            events.Add(failing ? new(EventSeverity.Warning, verdict.Reason, verdict.Message) : new(EventSeverity.Normal, "Completed", "Job completed"));
        }

        var plan = Plan(job, pods, count, startTime, conditions, now) with { Events = events.ToImmutable() };
        return verdict is not null
            ? plan with { Fail = failing ? [.. active] : [], Drop = failing ? [] : [.. active] }
            : Manage(job, pods, active, count, plan, startTime, now);
    }

    private static JobPlan WhenFinished(JobFacts job, IReadOnlyList<PodFacts> pods, JobCount count, Condition end, DateTimeOffset now)
    {
        var left = job.TimeToLive is { } ttl && end.LastTransition is { } finished ? finished + ttl - now : (TimeSpan?)null;
        return Plan(job, pods, count, job.StartTime, job.Conditions, now) with
        {
            Release = [.. pods.Where(p => JobFacts.IsTracked(p.Object))],
            DeleteJob = left <= TimeSpan.Zero && job.Object.DeletionTimestamp is null,
            LookAgainAfter = left > TimeSpan.Zero ? left : null,
        };
    }

    /// <summary>More pods or fewer, while the end is open.</summary>
    private static JobPlan Manage(JobFacts job, IReadOnlyList<PodFacts> pods, List<PodFacts> active, JobCount count, JobPlan plan, DateTimeOffset? startTime, DateTimeOffset now)
    {
        if (job.IsSuspended)
            return plan with { Drop = [.. active] };
        var deadline = job.Deadline is { } limit && startTime is { } start ? start + limit - now : (TimeSpan?)null;
        var wanted = job.Completions is { } completions
            ? Math.Min(Math.Max(completions - count.Succeeded, 0), job.Parallelism)
            : count.Succeeded > 0 ? Math.Min(active.Count, job.Parallelism) : job.Parallelism;
        var occupied = active.Count + (job.ReplacesOnlyEnded ? pods.Count(IsEnding) : 0);
        if (active.Count > wanted)
            return plan with { Drop = [.. active.Order(new DeletionOrder(now)).Take(active.Count - wanted)], LookAgainAfter = deadline };
        if (occupied >= wanted)
            return plan with { LookAgainAfter = deadline };
        var wait = BackOff(pods, now);
        return wait > TimeSpan.Zero
            ? plan with { LookAgainAfter = deadline < wait ? deadline : wait }
            : plan with { Create = Math.Min(wanted - occupied, ReplicaSetDecider.Burst), LookAgainAfter = deadline };
    }

    private static (Conditions Conditions, DateTimeOffset? StartTime) Suspension(JobFacts job, ImmutableArray<JobEvent>.Builder events, DateTimeOffset now)
    {
        var wasSuspended = job.Conditions.Get("Suspended")?.Status == "True";
        if (job.IsSuspended && !wasSuspended && job.Verdict is null)
        {
            events.Add(new(EventSeverity.Normal, "Suspended", "Job suspended"));
            return (job.Conditions.With(new Condition("Suspended", "True", "JobSuspended", "Job suspended", now)), null);
        }

        if (!job.IsSuspended && wasSuspended)
        {
            // The deadline starts anew, too.
            events.Add(new(EventSeverity.Normal, "Resumed", "Job resumed"));
            return (job.Conditions.With(new Condition("Suspended", "False", "JobResumed", "Job resumed", now)), now);
        }

        return (job.Conditions, job.StartTime ?? (job.IsSuspended ? null : now));
    }

    /// <summary>The condition that decides the end; null while it is open.</summary>
    private static Condition? Judge(JobFacts job, List<PodFacts> active, JobCount count, DateTimeOffset? startTime, DateTimeOffset now)
    {
        var restarts = job.RestartsInPlace ? active.Sum(p => p.MostRestarts) : 0;
        if (count.Failed > job.BackOffLimit || (restarts > 0 && restarts >= job.BackOffLimit))
            return new("FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
        if (!job.IsSuspended && job.Deadline is { } deadline && startTime + deadline <= now)
            return new("FailureTarget", "True", "DeadlineExceeded", "Job was active longer than specified deadline", now);
        var met = job.Completions is { } completions ? count.Succeeded >= completions : count.Succeeded > 0 && active.Count == 0;
        return met ? new("SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods", now) : null;
    }

    /// <summary>How long to wait before the next pod: longer after each failure since the last success.</summary>
    private static TimeSpan BackOff(IReadOnlyList<PodFacts> pods, DateTimeOffset now)
    {
        var ends = pods.Where(p => p.IsTerminal || (p.IsTerminating && JobFacts.IsTracked(p.Object))).Select(p => (At: JobFacts.EndOf(p.Object, now), Success: p.Phase == "Succeeded")).ToList();
        var lastSuccess = ends.Where(e => e.Success).Select(e => (DateTimeOffset?)e.At).Max() ?? DateTimeOffset.MinValue;
        var failures = ends.Where(e => !e.Success && e.At > lastSuccess).ToList();
        if (failures.Count == 0)
            return TimeSpan.Zero;
        var pause = failures.Count > 10 ? s_longestBackOff : TimeSpan.FromTicks(Math.Min(s_longestBackOff.Ticks, s_firstBackOff.Ticks << (failures.Count - 1)));
        return failures.Max(f => f.At) + pause - now;
    }

    private static JobCount Count(JobFacts job, IReadOnlyList<PodFacts> pods)
    {
        var tracked = pods.Where(p => JobFacts.IsTracked(p.Object)).ToDictionary(p => p.Object.Uid);
        // A uid becomes a number once its pod can no longer be found to have ended.
        ImmutableArray<string> succeeded = [.. job.UncountedSucceeded.Where(tracked.ContainsKey)];
        ImmutableArray<string> failed = [.. job.UncountedFailed.Where(tracked.ContainsKey)];
        var noted = succeeded.Concat(failed).ToHashSet();
        var fresh = tracked.Values.Where(p => !noted.Contains(p.Object.Uid)).ToList();
        return new(
            job.Succeeded + job.UncountedSucceeded.Length - succeeded.Length,
            job.Failed + job.UncountedFailed.Length - failed.Length,
            [.. succeeded, .. fresh.Where(p => p.Phase == "Succeeded").Select(p => p.Object.Uid)],
            [.. failed, .. fresh.Where(p => p.Phase != "Succeeded" && HasFailed(job, p)).Select(p => p.Object.Uid)]);
    }

    /// <summary>A pod that somebody deletes has failed at once: it may never come to say so itself.</summary>
    private static bool HasFailed(JobFacts job, PodFacts pod) =>
        pod.Phase == "Failed" || (pod.IsTerminating && (!job.ReplacesOnlyEnded || !pod.IsScheduled));

    private static bool IsEnding(PodFacts pod) => pod is { IsTerminating: true, IsTerminal: false };

    private static JobPlan Plan(JobFacts job, IReadOnlyList<PodFacts> pods, JobCount count, DateTimeOffset? startTime, Conditions conditions, DateTimeOffset now)
    {
        var noted = count.UncountedSucceeded.Concat(count.UncountedFailed).ToHashSet();
        var status = new JsonObject { ["ready"] = pods.Count(p => p.IsActive && p.IsReady), ["terminating"] = pods.Count(IsEnding) };
        Add(status, "active", pods.Count(p => p.IsActive));
        Add(status, "succeeded", count.CountedSucceeded);
        Add(status, "failed", count.CountedFailed);
        var uncounted = new JsonObject();
        Add(uncounted, "succeeded", count.UncountedSucceeded);
        Add(uncounted, "failed", count.UncountedFailed);
        status["uncountedTerminatedPods"] = uncounted;
        if (startTime is { } start)
            status["startTime"] = start.ToApiTime();
        if (conditions.Get("Complete") is { Status: "True", LastTransition: var completed })
            status["completionTime"] = (completed ?? now).ToApiTime();
        if (!conditions.IsEmpty)
            status["conditions"] = conditions.ToJson();
        return new() { Status = status, Release = [.. pods.Where(p => noted.Contains(p.Object.Uid))] };
    }

    private static void Add(JsonObject status, string name, int count)
    {
        if (count > 0)
            status[name] = count;
    }

    private static void Add(JsonObject uncounted, string name, ImmutableArray<string> uids)
    {
        if (!uids.IsEmpty)
            uncounted[name] = new JsonArray([.. uids.Select(u => (JsonNode?)u)]);
    }

    /// <summary>Ends of pods: as numbers, and by uid for those whose pod was not released yet.</summary>
    private sealed record JobCount(int CountedSucceeded, int CountedFailed, ImmutableArray<string> UncountedSucceeded, ImmutableArray<string> UncountedFailed)
    {
        public int Succeeded => CountedSucceeded + UncountedSucceeded.Length;

        public int Failed => CountedFailed + UncountedFailed.Length;

        public bool IsSettled => UncountedSucceeded.IsEmpty && UncountedFailed.IsEmpty;
    }
}
