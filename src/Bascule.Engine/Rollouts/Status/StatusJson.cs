using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>A status as JSON fields; a null value means that the field is not there, as zero values are not in the reference.</summary>
internal static class StatusJson
{
    /// <summary>The fields of <c>status</c>, without the strategies' own.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(RolloutStatus status)
    {
        yield return new("abort", Flag(status.Abort));
        yield return new("pauseConditions", List(status.PauseConditions, Pause));
        yield return new("controllerPause", Flag(status.ControllerPause));
        yield return new("abortedAt", Time(status.AbortedAt));
        yield return new("currentPodHash", Text(status.CurrentPodHash));
        yield return new("currentStepHash", Text(status.CurrentStepHash));
        yield return new("replicas", Number(status.Replicas));
        yield return new("updatedReplicas", Number(status.UpdatedReplicas));
        yield return new("readyReplicas", Number(status.ReadyReplicas));
        yield return new("availableReplicas", Number(status.AvailableReplicas));
        yield return new("currentStepIndex", status.CurrentStepIndex is { } index ? JsonValue.Create(index) : null);
        yield return new("collisionCount", status.CollisionCount is { } count ? JsonValue.Create(count) : null);
        yield return new("observedGeneration", Text(status.ObservedGeneration));
        yield return new("conditions", List(status.Conditions, Condition));
        yield return new("HPAReplicas", Number(status.HpaReplicas));
        yield return new("selector", Text(status.Selector));
        yield return new("stableRS", Text(status.StableRS));
        yield return new("restartedAt", Time(status.RestartedAt));
        yield return new("promoteFull", Flag(status.PromoteFull));
        yield return new("phase", Text(status.Phase));
        yield return new("message", Text(status.Message));
        yield return new("workloadObservedGeneration", Text(status.WorkloadObservedGeneration));
        yield return new("duration", Duration(status.Duration));
        yield return new("alb", status.Alb is { } alb ? Patches.Node(alb) : null);
        yield return new("albs", status.Albs is { } albs ? Patches.Node(albs) : null);
    }

    /// <summary>The fields of <c>status.canary</c>; all are absent for blue-green.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> CanaryFields(RolloutStatus status)
    {
        yield return new("currentStepAnalysisRunStatus", Run(status.StepAnalysisRun));
        yield return new("currentBackgroundAnalysisRunStatus", Run(status.BackgroundAnalysisRun));
        yield return new("currentExperiment", Text(status.CurrentExperiment));
        yield return new("weights", Weights(status.Weights));
        yield return new("stablePingPong", Text(status.StablePingPong));
        yield return new("stepPluginStatuses", List(status.StepPluginStatuses, StepPlugin));
    }

    /// <summary>The fields of <c>status.blueGreen</c>; all are absent for a canary.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> BlueGreenFields(BlueGreenStatus status)
    {
        yield return new("previewSelector", Text(status.PreviewSelector));
        yield return new("activeSelector", Text(status.ActiveSelector));
        yield return new("scaleUpPreviewCheckPoint", Flag(status.ScaleUpPreviewCheckPoint));
        yield return new("prePromotionAnalysisRunStatus", Run(status.PrePromotionAnalysisRun));
        yield return new("postPromotionAnalysisRunStatus", Run(status.PostPromotionAnalysisRun));
    }

    private static JsonValue? Flag(bool value) => value ? JsonValue.Create(true) : null;

    private static JsonValue? Number(long value) => value == 0 ? null : JsonValue.Create(value);

    internal static JsonValue? Text(string value) => value.Length == 0 ? null : JsonValue.Create(value);

    internal static JsonValue? Time(DateTimeOffset? value) => value is { } instant ? JsonValue.Create(instant.ToApiTime()) : null;

    internal static JsonArray? List<T>(ImmutableArray<T> items, Func<T, JsonNode> write) =>
        items.IsEmpty ? null : new JsonArray([.. items.Select(write)]);

    internal static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var node = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                node[name] = value;
        }

        return node;
    }

    private static JsonObject Pause(PauseCondition pause) => Object(("reason", JsonValue.Create(pause.Reason)), ("startTime", Time(pause.StartTime)));

    internal static JsonObject Condition(RolloutCondition condition) => Object(
        ("type", JsonValue.Create(condition.Type)),
        ("status", JsonValue.Create(condition.Status)),
        ("lastUpdateTime", Time(condition.LastUpdateTime)),
        ("lastTransitionTime", Time(condition.LastTransitionTime)),
        ("reason", JsonValue.Create(condition.Reason)),
        ("message", JsonValue.Create(condition.Message)));

    private static JsonObject? Run(AnalysisRunReference? run) => run is null
        ? null
        : Object(("name", JsonValue.Create(run.Name)), ("status", JsonValue.Create(run.Status)), ("message", Text(run.Message)));

    private static JsonObject? Weights(TrafficWeights? weights) => weights is null
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

    private static JsonObject StepPlugin(StepPluginStatus plugin) => Object(
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

    private static JsonObject? Duration(RolloutDuration? duration) => duration is null
        ? null
        : Object(
            ("rolloutStartedAt", Time(duration.RolloutStartedAt)),
            ("manualPauseStartedAt", Time(duration.ManualPauseStartedAt)),
            ("totalManualPauseDurationSeconds", duration.TotalManualPauseDurationSeconds is { } seconds ? JsonValue.Create(seconds) : null),
            ("finishedAt", Time(duration.FinishedAt)),
            ("completionStatus", Text(duration.CompletionStatus)));
}
