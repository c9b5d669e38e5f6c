using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Experiments;

/// <summary>What is recorded of one analysis of an Experiment (EX-2).</summary>
public sealed record ExperimentRunStatus
{
    /// <summary>The analysis.</summary>
    public required string Name { get; init; }

    /// <summary>The AnalysisRun; empty before there is one.</summary>
    public string AnalysisRun { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary>Why; empty when there is nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary>Reads an entry of <c>analysisRuns</c>.</summary>
    public static ExperimentRunStatus Read(JsonElement status) => new()
    {
        Name = status.Text("name") ?? "",
        AnalysisRun = status.Text("analysisRun") ?? "",
        Phase = AnalysisPhases.Parse(status.Text("phase")),
        Message = status.Text("message") ?? "",
    };
}
