using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>One object that is not as a plan asks, and what to do about it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Before">The object as it is; null when it does not exist and is to be made.</param>
/// <param name="After">The object as it should be; null when it should not exist.</param>
public sealed record RoutingChange(ResourceType Type, KubeObject? Before, JsonObject? After)
{
    /// <summary>What to tell users once it is done; null for nothing.</summary>
    public RoutingNote? Note { get; init; }

    /// <summary>The change of an object that exists; none when it is as it should be.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="before">The object as it is.</param>
    /// <param name="after">A copy of it, edited.</param>
    /// <param name="note">What to tell users of a change; null for nothing.</param>
    internal static ImmutableArray<RoutingChange> Of(ResourceType type, KubeObject before, JsonObject after, RoutingNote? note = null) =>
        JsonNode.DeepEquals(before.ToNode(), after) ? [] : [new(type, before, after) { Note = note }];
}

/// <summary>What users are told of a change.</summary>
/// <param name="Reason">The reason of the event.</param>
/// <param name="Message">Its sentence.</param>
public sealed record RoutingNote(string Reason, string Message);
