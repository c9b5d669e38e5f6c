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

    /// <summary>As <see cref="Set(ImmutableArray{RolloutCondition}, RolloutCondition)"/>, without making a condition that changes nothing.</summary>
    public static ImmutableArray<RolloutCondition> Set(
        this ImmutableArray<RolloutCondition> conditions, string type, string status, string reason, string message, DateTimeOffset now) =>
        conditions.Find(type) is { } current && current.Status == status && current.Reason == reason ? conditions : conditions.Set(New(type, status, reason, message, now));

    /// <summary>The condition of a type; null when there is none.</summary>
    public static RolloutCondition? Find(this ImmutableArray<RolloutCondition> conditions, string type)
    {
        foreach (var condition in conditions)
        {
            if (condition.Type == type)
                return condition;
        }

        return null;
    }

    /// <summary>Puts the condition at the end; equal status and reason change nothing, equal status keeps its transition time.</summary>
    public static ImmutableArray<RolloutCondition> Set(this ImmutableArray<RolloutCondition> conditions, RolloutCondition condition)
    {
        var current = conditions.Find(condition.Type);
        if (current is not null && current.Status == condition.Status && current.Reason == condition.Reason)
            return conditions;
        if (current is not null && current.Status == condition.Status)
            condition = condition with { LastTransitionTime = current.LastTransitionTime };
        return conditions.Without(condition.Type).Add(condition);
    }

    /// <summary>As <see cref="Set(ImmutableArray{RolloutCondition}, RolloutCondition)"/>, but an equal condition gets a new update time and message (COND-12).</summary>
    public static ImmutableArray<RolloutCondition> Refresh(this ImmutableArray<RolloutCondition> conditions, RolloutCondition condition)
    {
        var current = conditions.Find(condition.Type);
        if (current is not null && current.Status == condition.Status)
            condition = condition with { LastTransitionTime = current.LastTransitionTime };
        return conditions.Without(condition.Type).Add(condition);
    }

    /// <summary>All conditions but those of the type.</summary>
    public static ImmutableArray<RolloutCondition> Without(this ImmutableArray<RolloutCondition> conditions, string type)
    {
        while (conditions.Find(type) is { } found)
            conditions = conditions.Remove(found);
        return conditions;
    }
}
