using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Engine.Rollouts.Plugins;

/// <summary>Reads the list of calls that a status records. Entries that fit no step, by damage, are passed over.</summary>
internal static class StepPluginList
{
    /// <summary>The entry of an operation; null when it was never called.</summary>
    public static StepPluginStatus? Entry(this ImmutableArray<StepPluginStatus> statuses, int index, string name, StepPluginOperation operation)
    {
        foreach (var status in statuses)
        {
            if (status.Index == index && status.Name == name && status.Is(operation))
                return status;
        }

        return null;
    }

    /// <summary>The step needs no more calls: it came to its end, was skipped, or was ended from outside (SP-4).</summary>
    public static bool IsCompleted(this ImmutableArray<StepPluginStatus> statuses, int index, string name) =>
        statuses.Entry(index, name, StepPluginOperation.Run) is { } run
        && (run.Disabled
            || run.Phase is StepPluginPhases.Successful or StepPluginPhases.Failed
            || (run.Phase == StepPluginPhases.Running
                && (statuses.Entry(index, name, StepPluginOperation.Terminate) ?? statuses.Entry(index, name, StepPluginOperation.Abort)) is not null));

    /// <summary>The newest run that an abort must still undo; null when there is none (SP-6).</summary>
    /// <param name="statuses">The list.</param>
    /// <param name="steps">The steps of the canary.</param>
    public static (PluginStep Step, StepPluginStatus Run)? NextToAbort(this ImmutableArray<StepPluginStatus> statuses, ImmutableArray<CanaryStep> steps)
    {
        foreach (var run in statuses.Reverse())
        {
            if (run.Is(StepPluginOperation.Run) && !run.Disabled && run.Phase is StepPluginPhases.Running or StepPluginPhases.Successful
                && Step(steps, run) is { } step && statuses.Entry(run.Index, run.Name, StepPluginOperation.Abort) is null)
                return (step, run);
        }

        return null;
    }

    /// <summary>The last run if it must still be ended; null when nothing runs (SP-7).</summary>
    /// <param name="statuses">The list.</param>
    /// <param name="steps">The steps of the canary.</param>
    public static (PluginStep Step, StepPluginStatus Run)? NextToTerminate(this ImmutableArray<StepPluginStatus> statuses, ImmutableArray<CanaryStep> steps)
    {
        foreach (var status in statuses.Reverse())
        {
            if (status.Is(StepPluginOperation.Terminate))
                return null;
            if (status.Is(StepPluginOperation.Run) && status is { Phase: StepPluginPhases.Running, Disabled: false })
                return Step(steps, status) is { } step ? (step, status) : null;
        }

        return null;
    }

    /// <summary>The list with an entry in the place of the former one, or behind all others.</summary>
    public static ImmutableArray<StepPluginStatus> Put(this ImmutableArray<StepPluginStatus> statuses, StepPluginStatus entry)
    {
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i].Index == entry.Index && statuses[i].Name == entry.Name && statuses[i].Operation == entry.Operation)
                return statuses.SetItem(i, entry);
        }

        return statuses.Add(entry);
    }

    private static bool Is(this StepPluginStatus status, StepPluginOperation operation) => status.Operation == operation.ToString();

    private static PluginStep? Step(ImmutableArray<CanaryStep> steps, StepPluginStatus status) =>
        status.Index >= 0 && status.Index < steps.Length && steps[status.Index].Part<PluginStep>() is { } step && step.Name == status.Name ? step : null;
}
