using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts;

/// <summary>What a pass decides about pausing and aborting, before it becomes status (STAT-13 to STAT-15).</summary>
/// <param name="before">The status that was seen.</param>
/// <param name="now">The time of the pass.</param>
/// <param name="blueGreen">Of which strategy a pause can be.</param>
internal sealed class PauseDraft(RolloutStatus before, DateTimeOffset now, bool blueGreen)
{
    private readonly List<string> added = [];
    private readonly List<string> removed = [];
    private bool cleared;
    private bool resumedKept;
    private bool abortAdded;
    private bool abortRemoved;

    /// <summary>Why the controller aborts; empty when a user did.</summary>
    public string AbortMessage { get; private set; } = "";

    public bool HasAdded => added.Count > 0;

    public bool IsAborted => !abortRemoved && (abortAdded || before.Abort);

    public void Add(string reason) => added.Add(reason);

    public void Remove(string reason) => removed.Add(reason);

    public void Clear() => cleared = true;

    /// <summary>
    /// A user has resumed, and what they want cannot be done in this pass: the status goes on saying so. The incumbent
    /// forgets it, and pauses again (BG-8).
    /// </summary>
    public void KeepResumed() => resumedKept = true;

    public void Abort(string message)
    {
        abortAdded = true;
        AbortMessage = message;
    }

    public void DropAbort() => abortRemoved = true;

    /// <summary>Writes the outcome into a status.</summary>
    public RolloutStatus Apply(RolloutStatus status)
    {
        if (IsAborted)
        {
            return status with
            {
                Abort = true,
                AbortedAt = before.AbortedAt ?? now.ToWholeSeconds(),
                PauseConditions = [],
                ControllerPause = false,
            };
        }

        if (cleared)
            return status with { Abort = false, AbortedAt = null, PauseConditions = [], ControllerPause = false };
        var conditions = Kept();
        var pausedAnew = false;
        foreach (var reason in added)
        {
            if (Has(before.PauseConditions, reason) || Has(conditions, reason))
                continue;
            conditions = conditions.Add(new PauseCondition(reason, now.ToWholeSeconds()));
            pausedAnew = true;
        }

        var controllerPause = conditions.IsEmpty ? resumedKept && before.ControllerPause : before.ControllerPause || pausedAnew;
        return !status.Abort && status.AbortedAt is null && status.PauseConditions == conditions && status.ControllerPause == controllerPause
            ? status
            : status with { Abort = false, AbortedAt = null, PauseConditions = conditions, ControllerPause = controllerPause };
    }

    private static bool Has(ImmutableArray<PauseCondition> conditions, string reason) => conditions.Any(c => c.Reason == reason);

    /// <summary>What nobody of this strategy adds nobody would take back either: left by damage or by the other strategy.</summary>
    private bool IsKnown(string reason) => blueGreen
        ? reason is PauseReasons.InconclusiveAnalysisRun or PauseReasons.BlueGreenPause
        : reason is PauseReasons.InconclusiveAnalysisRun or PauseReasons.InconclusiveExperiment or PauseReasons.CanaryPauseStep;

    /// <summary>The recorded pauses without those that end, that mean nothing, or that are there twice; the same list when all stay.</summary>
    private ImmutableArray<PauseCondition> Kept()
    {
        var conditions = before.PauseConditions;
        for (var i = conditions.Length - 1; i >= 0; i--)
        {
            var reason = conditions[i].Reason;
            if (removed.Contains(reason) || !IsKnown(reason) || conditions.Take(i).Any(c => c.Reason == reason))
                conditions = conditions.RemoveAt(i);
        }

        return conditions;
    }
}
