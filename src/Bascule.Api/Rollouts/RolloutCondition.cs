using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>One entry of <c>status.conditions</c> (COND-2).</summary>
public sealed record RolloutCondition
{
    /// <summary>A value of <see cref="ConditionTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>A value of <see cref="ConditionReasons"/>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The human sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>When anything of it last changed; for Progressing, when progress was last seen (COND-12).</summary>
    public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>When the status last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>Reads <c>conditions</c> of a status; an entry that is no object is left out.</summary>
    public static ImmutableArray<RolloutCondition> ReadAll(JsonElement status)
    {
        var conditions = ImmutableArray.CreateBuilder<RolloutCondition>();
        foreach (var entry in status.List("conditions"))
        {
            if (entry.ValueKind == JsonValueKind.Object)
                conditions.Add(Read(entry));
        }

        return conditions.DrainToImmutable();
    }

    /// <summary>Reads an entry of <c>conditions</c>.</summary>
    public static RolloutCondition Read(JsonElement condition) => new()
    {
        Type = condition.Text("type") ?? "",
        Status = condition.Text("status") ?? "",
        Reason = condition.Text("reason") ?? "",
        Message = condition.Text("message") ?? "",
        LastUpdateTime = condition.Instant("lastUpdateTime"),
        LastTransitionTime = condition.Instant("lastTransitionTime"),
    };
}
