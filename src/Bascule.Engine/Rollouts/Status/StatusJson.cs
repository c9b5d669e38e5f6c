using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The values of a status as JSON; null means that the field is not there, as zero values are not in the reference.</summary>
internal static class StatusJson
{
    public static JsonValue? Flag(bool value) => value ? JsonValue.Create(true) : null;

    public static JsonValue? Number(int value) => value == 0 ? null : JsonValue.Create(value);

    public static JsonValue? Given(int? value) => value is { } number ? JsonValue.Create(number) : null;

    public static JsonValue? Text(string value) => value.Length == 0 ? null : JsonValue.Create(value);

    public static JsonValue? Time(DateTimeOffset? value) => value is { } instant ? JsonValue.Create(instant.ToApiTime()) : null;

    public static JsonArray? List<T>(ImmutableArray<T> items, Func<T, JsonNode> write) =>
        items.IsEmpty ? null : new JsonArray([.. items.Select(write)]);

    public static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var node = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                node[name] = value;
        }

        return node;
    }

    public static JsonObject Pause(PauseCondition pause) => Object(("reason", JsonValue.Create(pause.Reason)), ("startTime", Time(pause.StartTime)));

    public static JsonObject Condition(RolloutCondition condition) => Object(
        ("type", JsonValue.Create(condition.Type)),
        ("status", JsonValue.Create(condition.Status)),
        ("lastUpdateTime", Time(condition.LastUpdateTime)),
        ("lastTransitionTime", Time(condition.LastTransitionTime)),
        ("reason", JsonValue.Create(condition.Reason)),
        ("message", JsonValue.Create(condition.Message)));

    public static JsonObject? Run(AnalysisRunReference? run) => run is null
        ? null
        : Object(("name", JsonValue.Create(run.Name)), ("status", JsonValue.Create(run.Status)), ("message", Text(run.Message)));

    public static JsonObject? Weights(TrafficWeights? weights) => weights is null
        ? null
        : Object(
            ("canary", Destination(weights.Canary)),
            ("stable", Destination(weights.Stable)),
            ("additional", List(weights.Additional, Destination)),
            ("verified", weights.Verified is { } verified ? JsonValue.Create(verified) : null));

    private static JsonObject Destination(WeightDestination destination) => Object(
        ("weight", JsonValue.Create(destination.Weight)),
        ("serviceName", Text(destination.ServiceName)),
        ("podTemplateHash", Text(destination.PodTemplateHash)));

    public static JsonObject StepPlugin(StepPluginStatus plugin) => Object(
        ("index", JsonValue.Create(plugin.Index)),
        ("name", JsonValue.Create(plugin.Name)),
        ("message", Text(plugin.Message)),
        ("startedAt", Time(plugin.StartedAt)),
        ("updatedAt", Time(plugin.UpdatedAt)),
        ("finishedAt", Time(plugin.FinishedAt)),
        ("operation", Text(plugin.Operation)),
        ("phase", Text(plugin.Phase)),
        ("backoff", Text(plugin.Backoff)),
        ("executions", Number(plugin.Executions)),
        ("disabled", Flag(plugin.Disabled)),
        ("status", plugin.Status is { } state ? Patches.Node(state) : null));

    public static JsonObject? Duration(RolloutDuration? duration) => duration is null
        ? null
        : Object(
            ("rolloutStartedAt", Time(duration.RolloutStartedAt)),
            ("manualPauseStartedAt", Time(duration.ManualPauseStartedAt)),
            ("totalManualPauseDurationSeconds", duration.TotalManualPauseDurationSeconds is { } seconds ? JsonValue.Create(seconds) : null),
            ("finishedAt", Time(duration.FinishedAt)),
            ("completionStatus", Text(duration.CompletionStatus)));
}
