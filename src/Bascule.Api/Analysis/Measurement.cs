using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>One look at a metric (AT-5).</summary>
public sealed record Measurement
{
    /// <summary>How the measurement was judged; Running while it is unfinished.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary>What went wrong, or what the provider has to say; null for nothing.</summary>
    public string? Message { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it is unfinished (RUN-5).</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What was measured, as text; null when nothing was.</summary>
    public string? Value { get; init; }

    /// <summary>What the provider adds, such as warnings.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When to look at an unfinished measurement again; null for the next pass.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["phase"] = Phase.Text() };
        if (!string.IsNullOrEmpty(Message))
            json["message"] = Message;
        if (StartedAt is { } started)
            json["startedAt"] = AnalysisRunStatus.TimeText(started);
        if (FinishedAt is { } finished)
            json["finishedAt"] = AnalysisRunStatus.TimeText(finished);
        if (!string.IsNullOrEmpty(Value))
            json["value"] = Value;
        json.SetUnlessEmpty("metadata", Metadata);
        if (ResumeAt is { } resume)
            json["resumeAt"] = AnalysisRunStatus.TimeText(resume);
        return json;
    }

    internal static Measurement Read(Field field) => new()
    {
        Phase = AnalysisPhases.Parse(field["phase"].Text()),
        Message = field["message"].Text(),
        StartedAt = field["startedAt"].Instant(),
        FinishedAt = field["finishedAt"].Instant(),
        Value = field["value"].Text(),
        Metadata = field["metadata"].Map(),
        ResumeAt = field["resumeAt"].Instant(),
    };
}
