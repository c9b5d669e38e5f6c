using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Invariants;

/// <summary>A Rollout read from outside, with code of its own, so that a fault of the program under test cannot hide itself.</summary>
public sealed record RolloutFacts
{
    /// <summary>Pods the user wants.</summary>
    public required int Replicas { get; init; }

    /// <summary>The strategy is blue-green, not a canary.</summary>
    public required bool IsBlueGreen { get; init; }

    /// <summary>Routes, not pods, share out the traffic of the canary.</summary>
    public required bool IsRouted { get; init; }

    /// <summary>The stable version shrinks as traffic leaves it.</summary>
    public required bool IsDynamic { get; init; }

    /// <summary>Pods allowed above <see cref="Replicas"/>.</summary>
    public required int Surge { get; init; }

    /// <summary>Pods of <see cref="Replicas"/> that may be missing.</summary>
    public required int Unavailable { get; init; }

    /// <summary>Pods that may be away for a restart: for a blue-green a quarter of them unless the spec says otherwise, and one at least.</summary>
    public required int RestartsAtATime { get; init; }

    /// <summary>How many steps the spec has.</summary>
    public int Steps => SetsWeight.Length;

    /// <summary>Whether each step sets a weight.</summary>
    public required ImmutableArray<bool> SetsWeight { get; init; }

    /// <summary>The largest weight, 100 unless the spec says otherwise.</summary>
    public required int FullWeight { get; init; }

    /// <summary>A step gives the canary a size of its own, whatever traffic it gets.</summary>
    public required bool SizesCanary { get; init; }

    /// <summary>Available pods at which the user lets an update go on; the largest number unless the spec says so.</summary>
    public required int EnoughToProgress { get; init; }

    /// <summary>Names of the Services that the strategy manages, in the order stable or active, canary or preview, ping, pong.</summary>
    public required ImmutableArray<string> Services { get; init; }

    /// <summary>The Deployment that <c>workloadRef</c> names; empty for none.</summary>
    public required string Workload { get; init; }

    /// <summary><c>workloadRef.scaleDown</c>, or <c>never</c>.</summary>
    public required string ScaleDown { get; init; }

    /// <summary>The generation of the Deployment that is taken over, as text; empty for none.</summary>
    public string WorkloadGeneration { get; init; } = "";

    /// <summary><c>status.stableRS</c>; empty before the first promotion.</summary>
    public string StableHash { get; init; } = "";

    /// <summary>The share of the stable version that the status records; 0 for none.</summary>
    public int RecordedStableWeight { get; init; }

    /// <summary><c>status.currentPodHash</c>.</summary>
    public string CurrentHash { get; init; } = "";

    /// <summary><c>status.currentStepHash</c>.</summary>
    public string StepHash { get; init; } = "";

    /// <summary><c>status.currentStepIndex</c>.</summary>
    public int? StepIndex { get; init; }

    /// <summary><c>status.abort</c>.</summary>
    public bool Aborted { get; init; }

    /// <summary><c>status.promoteFull</c>.</summary>
    public bool PromoteFull { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public string Phase { get; init; } = "";

    /// <summary><c>status.message</c>.</summary>
    public string Message { get; init; } = "";

    /// <summary>The status is about the spec as it is now.</summary>
    public bool IsObserved { get; init; }

    /// <summary>
    /// The controller has found that the spec as it is now cannot run. Not when it names something that does not exist: that
    /// may appear at any moment.
    /// </summary>
    public bool IsInvalid { get; init; }

    /// <summary>When the update is late; null when it has no progress to be late with.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary><c>spec.restartAt</c>; null for none.</summary>
    public required DateTimeOffset? RestartAt { get; init; }

    /// <summary>Reads a Rollout; what follows from its spec is found out once for all versions that share it.</summary>
    public static RolloutFacts Read(KubeObject stored)
    {
        var wanted = stored.Part("spec", Wanted.Read);
        var metadata = stored.Root.GetProperty("metadata"u8);
        var status = Child(stored.Root, "status");
        var conditions = Child(status, "conditions");
        var isObserved = Text(status, "observedGeneration") == stored.Generation.ToString(CultureInfo.InvariantCulture);
        return wanted.Facts with
        {
            WorkloadGeneration = Text(Child(metadata, "annotations"), "rollout.argoproj.io/workload-generation"),
            StableHash = Text(status, "stableRS"),
            RecordedStableWeight = Number(Child(Child(Child(status, "canary"), "weights"), "stable"), "weight") ?? 0,
            CurrentHash = Text(status, "currentPodHash"),
            StepHash = Text(status, "currentStepHash"),
            StepIndex = Number(status, "currentStepIndex"),
            Aborted = Flag(status, "abort"),
            PromoteFull = Flag(status, "promoteFull"),
            Phase = Text(status, "phase"),
            Message = Text(status, "message"),
            IsObserved = isObserved,
            DeadlineAt = Deadline(conditions, wanted.DeadlineSeconds),
            IsInvalid = isObserved && Condition(conditions, "InvalidSpec") is { ValueKind: JsonValueKind.Object } invalid && !Text(invalid, "message").EndsWith("not found", StringComparison.Ordinal),
        };
    }

    private static int Resolve(JsonElement parent, string field, int replicas, bool up, int absent = 25)
    {
        var percent = absent;
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value))
        {
            if (value.ValueKind == JsonValueKind.Number)
                return value.GetInt32();
            percent = int.Parse(value.GetString()!.TrimEnd('%'), CultureInfo.InvariantCulture);
        }

        var share = replicas * percent / 100.0;
        return (int)(up ? Math.Ceiling(share) : Math.Floor(share));
    }

    private static DateTimeOffset? Deadline(JsonElement conditions, int seconds) =>
        DateTimeOffset.TryParse(Text(Condition(conditions, "Progressing"), "lastUpdateTime"), CultureInfo.InvariantCulture, out var at) ? at.AddSeconds(seconds) : null;

    private static JsonElement Condition(JsonElement conditions, string type)
    {
        if (conditions.ValueKind != JsonValueKind.Array)
            return default;
        foreach (var condition in conditions.EnumerateArray())
        {
            if (Child(condition, "type") is { ValueKind: JsonValueKind.String } found && found.ValueEquals(type))
                return condition;
        }

        return default;
    }

    private static int Threshold(JsonElement threshold, int replicas) => Number(threshold, "value") is not { } value
        ? int.MaxValue
        : Text(threshold, "type") == "Percent" ? (int)Math.Ceiling(replicas * value / 100.0) : value;

    private static JsonElement Child(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value) ? value : default;

    private static string Text(JsonElement parent, string field) =>
        Child(parent, field) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    private static int? Number(JsonElement parent, string field) =>
        Child(parent, field) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    private static bool Flag(JsonElement parent, string field) => Child(parent, field).ValueKind == JsonValueKind.True;

    /// <summary>What the spec says, with nothing of the status yet.</summary>
    private sealed record Wanted(RolloutFacts Facts, int DeadlineSeconds)
    {
        public static Wanted Read(JsonElement spec)
        {
            var strategy = Child(spec, "strategy");
            var blueGreen = Child(strategy, "blueGreen");
            var canary = Child(strategy, "canary");
            var routing = Child(canary, "trafficRouting");
            var replicas = Number(spec, "replicas") ?? 1;
            var surge = Resolve(canary, "maxSurge", replicas, up: true);
            var unavailable = Resolve(canary, "maxUnavailable", replicas, up: false);
            var isBlueGreen = blueGreen.ValueKind == JsonValueKind.Object;
            var steps = Child(canary, "steps");
            var pingPong = Child(canary, "pingPong");
            var facts = new RolloutFacts
            {
                Replicas = replicas,
                IsBlueGreen = isBlueGreen,
                IsRouted = routing.ValueKind == JsonValueKind.Object,
                IsDynamic = Flag(canary, "dynamicStableScale"),
                Surge = surge,
                Unavailable = Math.Min(replicas, isBlueGreen ? Resolve(blueGreen, "maxUnavailable", replicas, up: false, absent: 0) : surge == 0 && unavailable == 0 ? 1 : unavailable),
                RestartsAtATime = Math.Max(1, isBlueGreen ? Resolve(blueGreen, "maxUnavailable", replicas, up: false) : unavailable),
                SetsWeight = steps.ValueKind == JsonValueKind.Array ? [.. steps.EnumerateArray().Select(s => s.TryGetProperty("setWeight", out _))] : [],
                FullWeight = Number(routing, "maxTrafficWeight") ?? 100,
                SizesCanary = steps.ValueKind == JsonValueKind.Array && steps.EnumerateArray().Any(s => s.TryGetProperty("setCanaryScale", out _)),
                EnoughToProgress = Threshold(Child(canary, "replicaProgressThreshold"), replicas),
                Services = isBlueGreen
                    ? [Text(blueGreen, "activeService"), Text(blueGreen, "previewService"), "", ""]
                    : [Text(canary, "stableService"), Text(canary, "canaryService"), Text(pingPong, "pingService"), Text(pingPong, "pongService")],
                Workload = Text(Child(spec, "workloadRef"), "name"),
                ScaleDown = Text(Child(spec, "workloadRef"), "scaleDown") is { Length: > 0 } scaleDown ? scaleDown : "never",
                RestartAt = DateTimeOffset.TryParse(Text(spec, "restartAt"), CultureInfo.InvariantCulture, out var restart) ? restart : null,
            };
            return new(facts, Number(spec, "progressDeadlineSeconds") ?? 600);
        }
    }
}
