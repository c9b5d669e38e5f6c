using System.Collections.Immutable;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The rules by which conditions replace each other (COND-1).</summary>
internal static class ConditionList
{
    /// <summary>A condition as of now.</summary>
    public static RolloutCondition New(string type, string status, string reason, string message, DateTimeOffset now) => new()
    {
        Type = type,
        Status = status,
        Reason = reason,
        Message = message,
        LastUpdateTime = now.ToWholeSeconds(),
        LastTransitionTime = now.ToWholeSeconds(),
    };

    /// <summary>Puts the condition at the end; equal status and reason change nothing, equal status keeps its transition time.</summary>
    public static ImmutableArray<RolloutCondition> Set(this ImmutableArray<RolloutCondition> conditions, RolloutCondition condition)
    {
        var current = conditions.FirstOrDefault(c => c.Type == condition.Type);
        if (current is not null && current.Status == condition.Status && current.Reason == condition.Reason)
            return conditions;
        if (current is not null && current.Status == condition.Status)
            condition = condition with { LastTransitionTime = current.LastTransitionTime };
        return conditions.Without(condition.Type).Add(condition);
    }

    /// <summary>As <see cref="Set"/>, but an equal condition gets a new update time and message (COND-12).</summary>
    public static ImmutableArray<RolloutCondition> Refresh(this ImmutableArray<RolloutCondition> conditions, RolloutCondition condition)
    {
        var current = conditions.FirstOrDefault(c => c.Type == condition.Type);
        if (current is not null && current.Status == condition.Status)
            condition = condition with { LastTransitionTime = current.LastTransitionTime };
        return conditions.Without(condition.Type).Add(condition);
    }

    /// <summary>All conditions but those of the type.</summary>
    public static ImmutableArray<RolloutCondition> Without(this ImmutableArray<RolloutCondition> conditions, string type) =>
        conditions.RemoveAll(c => c.Type == type);
}
