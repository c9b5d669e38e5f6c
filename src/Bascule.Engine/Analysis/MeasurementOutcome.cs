using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Analysis;

/// <summary>What came of a look at a metric: a value, an error, a verdict of the provider's own, or nothing yet.</summary>
public sealed record MeasurementOutcome
{
    private MeasurementOutcome()
    {
    }

    /// <summary>
    /// What the provider itself decided: Running for a measurement that goes on, a final phase for one that ended. Null
    /// when the metric's conditions have to judge <see cref="Result"/>.
    /// </summary>
    public AnalysisPhase? Phase { get; private init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Error => Phase == AnalysisPhase.Error ? Message : null;

    /// <summary>What the provider has to say; null for nothing.</summary>
    public string? Message { get; private init; }

    /// <summary>When to look again, for a measurement that goes on.</summary>
    public DateTimeOffset? ResumeAt { get; private init; }

    /// <summary>The value that conditions see as <c>result</c>.</summary>
    public Value Result { get; private init; } = Value.Absent;

    /// <summary>The value as text, for the status.</summary>
    public string Text { get; private init; } = "";

    /// <summary>What the provider adds to this measurement; for one that was under way, to what it added before.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A value was measured.</summary>
    public static MeasurementOutcome Measured(Value result, string text, ImmutableSortedDictionary<string, string>? metadata = null) =>
        new() { Result = result, Text = text, Metadata = metadata ?? ImmutableSortedDictionary<string, string>.Empty };

    /// <summary>Nothing could be measured.</summary>
    /// <param name="error">Why, for a person.</param>
    public static MeasurementOutcome Failed(string error) => new() { Phase = AnalysisPhase.Error, Message = error };

    /// <summary>The measurement goes on (RUN-5).</summary>
    /// <param name="resumeAt">When to look again, unless the provider has news before.</param>
    /// <param name="metadata">What the provider needs to know it by.</param>
    public static MeasurementOutcome UnderWay(DateTimeOffset resumeAt, ImmutableSortedDictionary<string, string>? metadata = null) =>
        new() { Phase = AnalysisPhase.Running, ResumeAt = resumeAt, Metadata = metadata ?? ImmutableSortedDictionary<string, string>.Empty };

    /// <summary>The measurement has ended, and the provider knows how.</summary>
    /// <param name="phase">Successful, Failed or Inconclusive.</param>
    /// <param name="message">Why, for a person; null for nothing to say.</param>
    public static MeasurementOutcome Ended(AnalysisPhase phase, string? message = null) => phase.IsCompleted()
        ? new() { Phase = phase, Message = message }
        : throw new ArgumentOutOfRangeException(nameof(phase), phase, "a measurement ends in a final phase");
}
