using System.Collections.Immutable;
using Bascule.Engine.Expressions;

namespace Bascule.Engine.Analysis;

/// <summary>What came of a measurement; <see cref="Error"/> tells the two cases apart.</summary>
public sealed record MeasurementOutcome
{
    private MeasurementOutcome()
    {
    }

    /// <summary>What went wrong; null when there is a value.</summary>
    public string? Error { get; private init; }

    /// <summary>The value that conditions see as <c>result</c>.</summary>
    public Value Result { get; private init; } = Value.Absent;

    /// <summary>The value as text, for the status.</summary>
    public string Text { get; private init; } = "";

    /// <summary>What the provider adds to this measurement.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A value was measured.</summary>
    public static MeasurementOutcome Measured(Value result, string text, ImmutableSortedDictionary<string, string>? metadata = null) =>
        new() { Result = result, Text = text, Metadata = metadata ?? ImmutableSortedDictionary<string, string>.Empty };

    /// <summary>Nothing could be measured.</summary>
    /// <param name="error">Why, for a person.</param>
    public static MeasurementOutcome Failed(string error) => new() { Error = error };
}
