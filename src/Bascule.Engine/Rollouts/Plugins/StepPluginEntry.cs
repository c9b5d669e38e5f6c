using System.Globalization;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Plugins;

/// <summary>Turns the answer to a call into its entry in the status (STAT-25, SP-2, SP-3, SP-6, SP-9, SP-10).</summary>
internal static class StepPluginEntry
{
    /// <summary>How long a plugin rests between two calls, unless it asks for more than <see cref="LeastBackoff"/>.</summary>
    private static readonly TimeSpan DefaultBackoff = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LeastBackoff = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a Go duration can be.</summary>
    private static readonly TimeSpan MostBackoff = TimeSpan.FromTicks(long.MaxValue / 100);

    /// <summary>
    /// Characters of JSON that a plugin may have kept for it; the reference keeps everything, until the API server refuses
    /// the status and the Rollout can never go on.
    /// </summary>
    private const int MostState = 64 * 1_024;

    /// <summary>The entry that records an answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="before">The entry that it replaces; null for none.</param>
    /// <param name="now">The time of the answer.</param>
    public static StepPluginStatus Of(StepPluginCall call, StepPluginAnswer answer, StepPluginStatus? before, DateTimeOffset now)
    {
        // The reference records nothing when it need not end what is switched off, and asks again for ever.
        if (answer.IsDisabled)
            return new() { Index = call.Index, Name = call.Name, Operation = call.Operation.ToString(), Disabled = true };
        before ??= new() { Index = call.Index, Name = call.Name, Operation = call.Operation.ToString(), StartedAt = now };
        return call.Operation == StepPluginOperation.Run ? AfterRun(before, answer, now) : AfterEnd(before, answer, now);
    }

    /// <summary>How long the plugin still rests; zero or less when it may be called. A damaged back-off counts as the default one.</summary>
    /// <param name="run">The entry of its last run.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan Rest(StepPluginStatus run, DateTimeOffset now)
    {
        var backoff = GoDuration.TryParse(run.Backoff, out var recorded) && recorded >= TimeSpan.Zero ? recorded : DefaultBackoff;
        // A call that lies further ahead than clocks can differ never was.
        return run.UpdatedAt is { } last && last - now <= backoff ? backoff - (now - last) : TimeSpan.Zero;
    }

    private static StepPluginStatus AfterRun(StepPluginStatus before, StepPluginAnswer answer, DateTimeOffset now)
    {
        var phase = answer.Phase.Length == 0 ? StepPluginPhases.Running : answer.Phase;
        var message = answer.Message;
        if (phase != StepPluginPhases.Error && answer.State?.GetRawText().Length is > MostState and var length)
        {
            phase = StepPluginPhases.Error;
            message = string.Create(CultureInfo.InvariantCulture, $"the state that the plugin wants kept has {length} characters, at most {MostState} can be kept");
        }

        return before with
        {
            Phase = phase,
            Message = StatusBounds.Cut(message),
            UpdatedAt = now,
            FinishedAt = phase is StepPluginPhases.Successful or StepPluginPhases.Failed ? now : null,
            Backoff = phase switch
            {
                StepPluginPhases.Running => GoDuration.Text(answer.CallAgainAfter > LeastBackoff ? Shorter(answer.CallAgainAfter.Value, MostBackoff) : DefaultBackoff),
                StepPluginPhases.Error => GoDuration.Text(DefaultBackoff),
                _ => "",
            },
            Executions = before.Executions + 1,
            Status = phase == StepPluginPhases.Error ? before.Status : answer.State,
        };
    }

    /// <summary>An end is asked for once, so a plugin that still runs has failed to end.</summary>
    private static StepPluginStatus AfterEnd(StepPluginStatus before, StepPluginAnswer answer, DateTimeOffset now) => before with
    {
        Phase = answer.Phase switch
        {
            "" => StepPluginPhases.Successful,
            StepPluginPhases.Running => StepPluginPhases.Failed,
            _ => answer.Phase,
        },
        Message = StatusBounds.Cut(answer.Message),
        FinishedAt = now,
    };

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
