using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Rollouts;

/// <summary>The recorded state (STAT rows). Zero values are not written, as in the reference.</summary>
public sealed record RolloutStatus
{
    /// <summary>The generation of the last write, as text (STAT-1).</summary>
    public string ObservedGeneration { get; init; } = "";

    /// <summary>Hash of the new version (STAT-2).</summary>
    public string CurrentPodHash { get; init; } = "";

    /// <summary>Hash of the stable version; empty until the first promotion (STAT-3).</summary>
    public string StableRS { get; init; } = "";

    /// <summary>Hash of the canary steps (STAT-4).</summary>
    public string CurrentStepHash { get; init; } = "";

    /// <summary>The step being executed, from 0; the number of steps when done; null without steps (STAT-5).</summary>
    public int? CurrentStepIndex { get; init; }

    /// <summary>Pods of all versions (STAT-6).</summary>
    public int Replicas { get; init; }

    /// <summary>Pods of the new version (STAT-7).</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Ready pods (STAT-8).</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>Available pods (STAT-9).</summary>
    public int AvailableReplicas { get; init; }

    /// <summary>What an autoscaler counts (STAT-10).</summary>
    public int HpaReplicas { get; init; }

    /// <summary>The selector for an autoscaler (STAT-11).</summary>
    public string Selector { get; init; } = "";

    /// <summary>How often the ReplicaSet's name was taken (STAT-12).</summary>
    public int? CollisionCount { get; init; }

    /// <summary>Why the controller paused (STAT-13).</summary>
    public ImmutableArray<PauseCondition> PauseConditions { get; init; } = [];

    /// <summary>The controller paused; true without conditions means that a user resumed (STAT-14).</summary>
    public bool ControllerPause { get; init; }

    /// <summary>The update is aborted, by a user or by the controller (STAT-15).</summary>
    public bool Abort { get; init; }

    /// <summary>Since when (STAT-15).</summary>
    public DateTimeOffset? AbortedAt { get; init; }

    /// <summary>A user asked to skip pauses, steps and analysis (STAT-16).</summary>
    public bool PromoteFull { get; init; }

    /// <summary>The last restart that was carried out (STAT-17).</summary>
    public DateTimeOffset? RestartedAt { get; init; }

    /// <summary>A value of <see cref="RolloutPhases"/>; empty before the first write (STAT-18).</summary>
    public string Phase { get; init; } = "";

    /// <summary>Why the phase (STAT-18).</summary>
    public string Message { get; init; } = "";

    /// <summary>The conditions, in the order they were last replaced (STAT-19, COND-1).</summary>
    public ImmutableArray<RolloutCondition> Conditions { get; init; } = [];

    /// <summary>The current step's run (STAT-22).</summary>
    public AnalysisRunReference? StepAnalysisRun { get; init; }

    /// <summary>The current background run (STAT-22).</summary>
    public AnalysisRunReference? BackgroundAnalysisRun { get; init; }

    /// <summary>How traffic was last divided; null without traffic routing (STAT-20).</summary>
    public TrafficWeights? Weights { get; init; }

    /// <summary>Name of the current step's Experiment; empty for none (STAT-23).</summary>
    public string CurrentExperiment { get; init; } = "";

    /// <summary>Which Service is the stable one: <c>ping</c>, <c>pong</c> or empty (STAT-24).</summary>
    public string StablePingPong { get; init; } = "";

    /// <summary>The calls of step plugins, oldest first (STAT-25).</summary>
    public ImmutableArray<StepPluginStatus> StepPluginStatuses { get; init; } = [];

    /// <summary>What blue-green records; nothing is set for a canary (STAT-26).</summary>
    public BlueGreenStatus BlueGreen { get; init; } = new();

    /// <summary>The AWS load balancer and its target groups, as the router wrote them (STAT-27).</summary>
    public JsonElement? Alb { get; init; }

    /// <summary>The same for several Ingresses, as the router wrote them; null when there is no list (STAT-27).</summary>
    public JsonElement? Albs { get; init; }

    /// <summary>The record of how long the update took (DUR rows).</summary>
    public RolloutDuration? Duration { get; init; }

    /// <summary>STAT-28.</summary>
    public string WorkloadObservedGeneration { get; init; } = "";

    /// <summary>The condition of a type; null when there is none.</summary>
    public RolloutCondition? Condition(string type)
    {
        foreach (var condition in Conditions)
        {
            if (condition.Type == type)
                return condition;
        }

        return null;
    }

    /// <summary>Reads <c>status</c>; damaged fields count as not set.</summary>
    public static RolloutStatus Read(JsonElement status)
    {
        var canary = status.Member("canary");
        return new()
        {
            ObservedGeneration = status.Text("observedGeneration") ?? "",
            CurrentPodHash = status.Text("currentPodHash") ?? "",
            StableRS = status.Text("stableRS") ?? "",
            CurrentStepHash = status.Text("currentStepHash") ?? "",
            CurrentStepIndex = status.Int("currentStepIndex"),
            Replicas = status.Int("replicas") ?? 0,
            UpdatedReplicas = status.Int("updatedReplicas") ?? 0,
            ReadyReplicas = status.Int("readyReplicas") ?? 0,
            AvailableReplicas = status.Int("availableReplicas") ?? 0,
            HpaReplicas = status.Int("HPAReplicas") ?? 0,
            Selector = status.Text("selector") ?? "",
            CollisionCount = status.Int("collisionCount"),
            PauseConditions = Pauses(status.Raw("pauseConditions")),
            ControllerPause = status.Bool("controllerPause") ?? false,
            Abort = status.Bool("abort") ?? false,
            AbortedAt = status.Instant("abortedAt"),
            PromoteFull = status.Bool("promoteFull") ?? false,
            RestartedAt = status.Instant("restartedAt"),
            Phase = status.Text("phase") ?? "",
            Message = status.Text("message") ?? "",
            Conditions = RolloutCondition.ReadAll(status),
            StepAnalysisRun = AnalysisRunReference.Read(canary.MemberOrNull("currentStepAnalysisRunStatus")),
            BackgroundAnalysisRun = AnalysisRunReference.Read(canary.MemberOrNull("currentBackgroundAnalysisRunStatus")),
            Weights = TrafficWeights.Read(canary.MemberOrNull("weights")),
            CurrentExperiment = canary.Text("currentExperiment") ?? "",
            StablePingPong = canary.Text("stablePingPong") ?? "",
            StepPluginStatuses = [.. canary.Items("stepPluginStatuses").Where(s => s.ValueKind == JsonValueKind.Object).Select(StepPluginStatus.Read)],
            BlueGreen = BlueGreenStatus.Read(status.Member("blueGreen")),
            Alb = status.MemberOrNull("alb"),
            Albs = status.Raw("albs") is { ValueKind: JsonValueKind.Array } albs ? albs : null,
            Duration = status.MemberOrNull("duration") is { } duration ? RolloutDuration.Read(duration) : null,
            WorkloadObservedGeneration = status.Text("workloadObservedGeneration") ?? "",
        };
    }

    /// <summary>What cannot be read is a pause all the same: taken for none, it would say that a user has resumed (STAT-14).</summary>
    private static ImmutableArray<PauseCondition> Pauses(JsonElement? pauses) => pauses switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(PauseCondition.Read)],
        { } other => [PauseCondition.Read(other)],
    };
}
