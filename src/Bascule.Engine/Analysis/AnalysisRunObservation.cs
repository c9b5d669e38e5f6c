using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>A key of a Secret, as it was read.</summary>
/// <param name="Reference">What was asked for.</param>
/// <param name="Value">Its value; null when there is none.</param>
/// <param name="Error">Why there is no value; null when there is one.</param>
public sealed record SecretReading(SecretKeyReference Reference, string? Value, string? Error);

/// <summary>Everything one pass over an AnalysisRun has read, and now.</summary>
public sealed record AnalysisRunObservation
{
    /// <summary>The run.</summary>
    public required AnalysisRun Run { get; init; }

    /// <summary>The version of the run that was read.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>The time of this pass.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The secrets that an earlier decision of this pass asked for; null before.</summary>
    public ImmutableArray<SecretReading>? Secrets { get; init; }

    /// <summary>
    /// The metrics whose measurement under way has news, so that it is gone on with before its time (RUN-5). Null or a name
    /// that is not under way does no harm.
    /// </summary>
    public IReadOnlySet<string>? News { get; init; }

    /// <summary>
    /// The measurements that an earlier decision of this pass asked for; null before. Kept when the run has to be read
    /// again, so that what was measured is neither lost nor recorded twice.
    /// </summary>
    public ImmutableArray<FinishedMeasurement>? Finished { get; init; }
}
