using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Api.Experiments;

/// <summary>What the controller recorded of an Experiment (EX-2).</summary>
public sealed record ExperimentStatus
{
    /// <summary>Where it stands; a text that is no phase reads as <see cref="AnalysisPhase.None"/>.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary>Why; empty when there is nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary>When all versions were available for the first time; the duration counts from here (EX-13).</summary>
    public DateTimeOffset? AvailableAt { get; init; }

    /// <summary>What is known, by type (EX-22).</summary>
    public ImmutableArray<RolloutCondition> Conditions { get; init; } = [];

    /// <summary>The versions; at most one entry per name.</summary>
    public ImmutableArray<ExperimentTemplateStatus> Templates { get; init; } = [];

    /// <summary>The analyses; at most one entry per name.</summary>
    public ImmutableArray<ExperimentRunStatus> Runs { get; init; } = [];

    /// <summary>The entry of a version; null when there is none.</summary>
    public ExperimentTemplateStatus? Template(string name) => Templates.FirstOrDefault(t => t.Name == name);

    /// <summary>The entry of an analysis; null when there is none.</summary>
    public ExperimentRunStatus? Run(string name) => Runs.FirstOrDefault(r => r.Name == name);

    /// <summary>The condition of a type; null when there is none.</summary>
    public RolloutCondition? Condition(string type) => Conditions.FirstOrDefault(c => c.Type == type);

    /// <summary>Reads <c>status</c>. Of several entries with one name the first counts, as in the reference.</summary>
    public static ExperimentStatus Read(JsonElement status) => new()
    {
        Phase = AnalysisPhases.Parse(status.Text("phase")),
        Message = status.Text("message") ?? "",
        AvailableAt = status.Instant("availableAt"),
        Conditions = [.. Objects(status, "conditions").Select(RolloutCondition.Read)],
        Templates = [.. Objects(status, "templateStatuses").Select(ExperimentTemplateStatus.Read).DistinctBy(t => t.Name)],
        Runs = [.. Objects(status, "analysisRuns").Select(ExperimentRunStatus.Read).DistinctBy(r => r.Name)],
    };

    private static IEnumerable<JsonElement> Objects(JsonElement status, string name) => status.Items(name).Where(i => i.ValueKind == JsonValueKind.Object);
}
