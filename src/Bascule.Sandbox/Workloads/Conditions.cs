using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Workloads;

/// <summary>One condition of a status.</summary>
/// <param name="Type">Such as <c>Progressing</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">The sentence for users.</param>
/// <param name="LastTransition">When the status last changed.</param>
/// <param name="LastUpdate">When the condition last changed at all; only Deployments keep it.</param>
internal sealed record Condition(string Type, string Status, string Reason, string Message, DateTimeOffset? LastTransition = null, DateTimeOffset? LastUpdate = null);

/// <summary>The conditions of a status, at most one per type, in the order in which they were last set.</summary>
internal sealed class Conditions
{
    private readonly ImmutableArray<Condition> items;

    private Conditions(ImmutableArray<Condition> items) => this.items = items;

    /// <summary>None at all.</summary>
    public bool IsEmpty => items.IsEmpty;

    /// <summary>Reads <c>conditions</c> of a status.</summary>
    public static Conditions Read(JsonElement status) => new([.. status.Items("conditions").Select(c => new Condition(
        c.Text("type") ?? "",
        c.Text("status") ?? "",
        c.Text("reason") ?? "",
        c.Text("message") ?? "",
        c.Instant("lastTransitionTime"),
        c.Instant("lastUpdateTime")))]);

    /// <summary>The condition of a type; null when absent.</summary>
    public Condition? Get(string type) => items.FirstOrDefault(c => c.Type == type);

    /// <summary>Without the condition of a type.</summary>
    public Conditions Without(string type) => new(items.RemoveAll(c => c.Type == type));

    /// <summary>
    /// With a condition set. One with the same status and reason is left alone, message and times included; one with the
    /// same status keeps its transition time.
    /// </summary>
    public Conditions With(Condition condition)
    {
        var present = Get(condition.Type);
        if (present is not null && present.Status == condition.Status && present.Reason == condition.Reason)
            return this;
        return Replace(present?.Status == condition.Status ? condition with { LastTransition = present.LastTransition } : condition);
    }

    /// <summary>With a condition set as given, whatever was there.</summary>
    public Conditions Replace(Condition condition) => new(Without(condition.Type).items.Add(condition));

    /// <summary>The list as the API has it.</summary>
    public JsonArray ToJson()
    {
        var list = new JsonArray();
        foreach (var c in items)
        {
            var condition = new JsonObject { ["type"] = c.Type, ["status"] = c.Status };
            if (c.LastUpdate is { } update)
                condition["lastUpdateTime"] = update.ToApiTime();
            if (c.LastTransition is { } transition)
                condition["lastTransitionTime"] = transition.ToApiTime();
            if (c.Reason.Length > 0)
                condition["reason"] = c.Reason;
            if (c.Message.Length > 0)
                condition["message"] = c.Message;
            list.Add((JsonNode)condition);
        }

        return list;
    }
}
