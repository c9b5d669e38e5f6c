using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Api.Rollouts;

/// <summary>What the user wants (SPEC-1 to SPEC-13). Null means: not set.</summary>
public sealed record RolloutSpec
{
    /// <summary>Wanted pods; null is persisted as 1 (RT-12).</summary>
    public int? Replicas { get; init; }

    /// <summary>Which pods belong to the rollout.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>The pod template, raw.</summary>
    public JsonElement? Template { get; init; }

    /// <summary>Seconds a ready pod must last to count as available; default 0.</summary>
    public int MinReadySeconds { get; init; }

    /// <summary>How many old ReplicaSets to keep; default 10 (SPEC-5).</summary>
    public int RevisionHistoryLimit { get; init; } = 10;

    /// <summary>A user's pause: nothing is scaled and no step completes (SPEC-6).</summary>
    public bool Paused { get; init; }

    /// <summary>Seconds without progress until the rollout counts as stuck; default 600 (SPEC-7).</summary>
    public int ProgressDeadlineSeconds { get; init; } = 600;

    /// <summary>Whether a missed deadline aborts the update (SPEC-8).</summary>
    public bool ProgressDeadlineAbort { get; init; }

    /// <summary>Pods created before this instant are to be replaced (SPEC-9).</summary>
    public DateTimeOffset? RestartAt { get; init; }

    /// <summary>How far back a rollback skips its steps; 0 is off (SPEC-10).</summary>
    public int RollbackWindowRevisions { get; init; }

    /// <summary>Successful analysis runs to keep; default 5 (SPEC-11).</summary>
    public int SuccessfulRunHistoryLimit { get; init; } = 5;

    /// <summary>Failed, erroneous and inconclusive analysis runs to keep; default 5 (SPEC-11).</summary>
    public int UnsuccessfulRunHistoryLimit { get; init; } = 5;

    /// <summary>The workload whose template is to be taken over (SPEC-13).</summary>
    public WorkloadReference? WorkloadRef { get; init; }

    /// <summary>The template, and the selector if there was none, are those of the workload that <see cref="WorkloadRef"/> names; never read from JSON.</summary>
    public bool IsResolved { get; init; }

    /// <summary>The canary strategy.</summary>
    public CanaryStrategy? Canary { get; init; }

    /// <summary>The blue-green strategy.</summary>
    public BlueGreenStrategy? BlueGreen { get; init; }

    /// <summary>Reads <c>spec</c>.</summary>
    public static RolloutSpec Read(JsonElement spec)
    {
        var strategy = spec.Member("strategy");
        return new RolloutSpec
        {
            Replicas = spec.Int("replicas"),
            Selector = spec.MemberOrNull("selector") is { } selector ? LabelSelector.Read(selector) : null,
            Template = spec.MemberOrNull("template"),
            MinReadySeconds = spec.Int("minReadySeconds") ?? 0,
            RevisionHistoryLimit = spec.Int("revisionHistoryLimit") ?? 10,
            Paused = spec.Bool("paused") ?? false,
            ProgressDeadlineSeconds = spec.Int("progressDeadlineSeconds") ?? 600,
            ProgressDeadlineAbort = spec.Bool("progressDeadlineAbort") ?? false,
            RestartAt = spec.Instant("restartAt"),
            RollbackWindowRevisions = spec.Member("rollbackWindow").Int("revisions") ?? 0,
            SuccessfulRunHistoryLimit = spec.Member("analysis").Int("successfulRunHistoryLimit") ?? 5,
            UnsuccessfulRunHistoryLimit = spec.Member("analysis").Int("unsuccessfulRunHistoryLimit") ?? 5,
            WorkloadRef = WorkloadReference.Read(spec.MemberOrNull("workloadRef")),
            Canary = strategy.MemberOrNull("canary") is { } canary ? CanaryStrategy.Read(canary) : null,
            BlueGreen = strategy.MemberOrNull("blueGreen") is { } blueGreen ? BlueGreenStrategy.Read(blueGreen) : null,
        };
    }
}
