using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Which step plugin a canary needs to be called, and what follows from its answer (SP-1 to SP-10).</summary>
internal sealed class StepPlugins
{
    /// <summary>How soon to try again what could not be called (SP-5).</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    /// <summary>How long past its rest a plugin is called, so that one that is called by time is never early (SP-3).</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly Situation at;
    private readonly PassDraft draft;

    /// <summary>Decides whom to call; a list that an aborted update left behind counts no more when it is tried again (SP-8).</summary>
    private StepPlugins(Situation at, PassDraft draft)
    {
        this.at = at;
        this.draft = draft;
        Statuses = at.Status.StepPluginStatuses;
        if (!Statuses.IsEmpty && at is { StepIndex: 0, Status.Abort: false, PromoteFull: false, Promoted: false } && (Step is null || IsCompleted))
            Statuses = [];
        Call = Wanted();
    }

    /// <summary>What to do about plugins; null when the pass has nothing to do with any, as for most Rollouts.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="draft">What the pass collects.</param>
    public static StepPlugins? Of(Situation at, PassDraft draft) =>
        !at.Status.StepPluginStatuses.IsEmpty || at.Step?.Kinds.Contains("plugin") == true ? new(at, draft) : null;

    /// <summary>The call that is due; null for none.</summary>
    public StepPluginCall? Call { get; }

    /// <summary>The calls to record.</summary>
    public ImmutableArray<StepPluginStatus> Statuses { get; private set; }

    /// <summary>The plugin of the present step has done its part.</summary>
    public bool IsCompleted => Step is { } step && Statuses.IsCompleted(Index, step.Name);

    private PluginStep? Step => at.Step?.Part<PluginStep>();

    private int Index => at.StepIndex ?? 0;

    /// <summary>Takes in the answer, if there is one, and says what is waited for.</summary>
    public void Run()
    {
        var problem = Call is { } call && at.Seen.PluginAnswer is { } answer ? Take(call, answer) : null;
        if (problem is not null)
            draft.Writes.Add(new EmitEvent(true, EventReasons.ReconciliationError, $"Reconciliation failed with error: {problem}"));
        if (Reason(problem) is { } reason)
            draft.Reasons.Add(reason);
    }

    private StepPluginCall? Wanted()
    {
        if (at.Status.Abort)
            return Statuses.NextToAbort(at.Canary.Steps) is var (undone, did) ? CallFor(StepPluginOperation.Abort, did.Index, undone, did) : null;
        if (at.PromoteFull || at.Promoted)
            return Statuses.NextToTerminate(at.Canary.Steps) is var (ended, runs) ? CallFor(StepPluginOperation.Terminate, runs.Index, ended, runs) : null;
        if (Step is not { } step || IsCompleted || at.Spec.Paused || at.Status.Phase != RolloutPhases.Progressing)
            return null;
        var run = Statuses.Entry(Index, step.Name, StepPluginOperation.Run);
        return run is null || StepPluginEntry.Rest(run, at.Now) <= TimeSpan.Zero ? CallFor(StepPluginOperation.Run, Index, step, run) : null;
    }

    private static StepPluginCall CallFor(StepPluginOperation operation, int index, PluginStep step, StepPluginStatus? run) =>
        new(operation, index, step.Name, step.Config, run?.Status);

    /// <summary>Records the answer.</summary>
    /// <returns>Why there is nothing to record; null when there was.</returns>
    private string? Take(StepPluginCall call, StepPluginAnswer answer)
    {
        if ((answer.Problem ?? Oddity(call, answer)) is { } problem)
        {
            if (!IsTooLate(call.Operation))
                return problem;
            answer = new() { Phase = StepPluginPhases.Error, Message = problem };
        }

        var before = Statuses.Entry(call.Index, call.Name, call.Operation);
        var entry = StepPluginEntry.Of(call, answer, before, at.Now.ToWholeSeconds());
        Statuses = Statuses.Put(entry);
        if (before?.Phase != entry.Phase)
            Tell(call, entry);
        if (call.Operation == StepPluginOperation.Run && entry.Phase == StepPluginPhases.Failed)
            draft.Pause.Abort(string.Create(CultureInfo.InvariantCulture, $"Step Plugin {call.Index + 1} ({call.Name}) failed: {entry.Message}"));
        return null;
    }

    /// <summary>SP-2.</summary>
    private static string? Oddity(StepPluginCall call, StepPluginAnswer answer) =>
        answer.IsDisabled || answer.Phase is "" or StepPluginPhases.Running or StepPluginPhases.Successful or StepPluginPhases.Failed or StepPluginPhases.Error
            ? null
            : $"step plugin {call.Name}: phase \"{answer.Phase}\" is not valid, expected Running, Successful, Failed or Error";

    /// <summary>
    /// A run that cannot be made ends by the progress deadline (SP-5). The reference tries to end or undo one for ever;
    /// here the same time is enough for that, and then it is recorded as an error, like any end that went wrong.
    /// </summary>
    private bool IsTooLate(StepPluginOperation operation)
    {
        var since = operation switch
        {
            StepPluginOperation.Run => null,
            StepPluginOperation.Abort => at.Status.AbortedAt,
            StepPluginOperation.Terminate => at.Promoted ? at.Status.Condition(ConditionTypes.Completed)?.LastTransitionTime : null,
        };
        return since is { } time && at.Now - time >= TimeSpan.FromSeconds(at.Spec.ProgressDeadlineSeconds);
    }

    /// <summary>EV-20. A run that succeeds completes its step, of which there is an event already.</summary>
    private void Tell(StepPluginCall call, StepPluginStatus entry)
    {
        if (entry.Disabled || (call.Operation == StepPluginOperation.Run && entry.Phase == StepPluginPhases.Successful))
            return;
        var what = call.Operation switch
        {
            StepPluginOperation.Run => $"transitioned to {entry.Phase}",
            StepPluginOperation.Terminate => $"terminated ({entry.Phase})",
            StepPluginOperation.Abort => $"aborted ({entry.Phase})",
        };
        draft.Events.Add(new EmitEvent(
            entry.Phase is StepPluginPhases.Error or StepPluginPhases.Failed,
            EventReasons.StepPluginTransition,
            string.Create(CultureInfo.InvariantCulture, $"Step plugin {call.Name} (step {call.Index + 1}) {what}")));
    }

    /// <summary>What is waited for; null when no plugin is.</summary>
    private Reason? Reason(string? problem)
    {
        if (Call is { } call && (problem is not null || at.Seen.PluginAnswer is null))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"step {call.Index + 1} of {at.StepCount}: plugin {call.Name}");
            var end = call.Operation == StepPluginOperation.Run ? "" : $" to {call.Operation.ToString().ToLowerInvariant()} what it did";
            return problem is null
                ? new Reason(ReasonKind.StepPlugin, $"{place} is about to be called{end}")
                {
                    // It is called when nothing else is to be done, and a disruption budget may keep pods from going for long.
                    LookAgainAfter = draft.Writes.Any(w => w is EvictPods) ? TryAgain : TimeSpan.Zero,
                }
                : new Reason(ReasonKind.StepPlugin, $"{place} cannot be called{end}: {problem}")
                {
                    Unblock = "correct what the message names",
                    LookAgainAfter = Sooner(TryAgain, Explanation.DeadlineWakeUp(at)),
                };
        }

        if (Step is not { } step || draft.Pause.IsAborted || at.PromoteFull || at.Promoted || Statuses.Entry(Index, step.Name, StepPluginOperation.Run) is not { } run || IsCompleted)
            return null;
        var says = run.Message.Length == 0 ? run.Phase : $"{run.Phase}: {run.Message}";
        var waits = at.Status.Phase == RolloutPhases.Progressing && !at.Spec.Paused;
        var rest = StepPluginEntry.Rest(run, at.Now) + Margin;
        return new Reason(
            ReasonKind.StepPlugin,
            string.Create(CultureInfo.InvariantCulture, $"step {Index + 1} of {at.StepCount}: plugin {step.Name}: {says}; {(waits ? $"called again in {Math.Ceiling(rest.TotalSeconds)} s" : "called again when the update goes on")}"))
        {
            LookAgainAfter = waits ? Sooner(rest, Explanation.DeadlineWakeUp(at)) : null,
            Unblock = waits ? null : "the end of what holds the update",
        };
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;
}
