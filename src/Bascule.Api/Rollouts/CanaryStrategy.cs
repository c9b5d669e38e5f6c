using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Rollouts;

/// <summary>The canary strategy (SPEC-50 to SPEC-70). Null means: not set.</summary>
public sealed record CanaryStrategy
{
    private static readonly IntOrString Default = new("25");

    /// <summary>The Service that selects the new version's pods; empty for none.</summary>
    public string CanaryService { get; init; } = "";

    /// <summary>The Service that selects the stable version's pods; empty for none.</summary>
    public string StableService { get; init; } = "";

    /// <summary>Pods above the wanted number; default the string <c>25</c>, read as percent (SPEC-51, SPEC-53).</summary>
    public IntOrString MaxSurge { get; init; } = Default;

    /// <summary>Pods below the wanted number; default the string <c>25</c>, read as percent (SPEC-52, SPEC-53).</summary>
    public IntOrString MaxUnavailable { get; init; } = Default;

    /// <summary>The steps, in order.</summary>
    public ImmutableArray<CanaryStep> Steps { get; init; } = [];

    /// <summary>The steps as written, for their hash (HASH-8); null when there is no list.</summary>
    public JsonElement? RawSteps { get; init; }

    /// <summary>The analysis beside the steps (SPEC-64).</summary>
    public RolloutAnalysis? Analysis { get; init; }

    /// <summary>The field of the background analysis that cannot be read; null when all is well.</summary>
    public string? AnalysisProblem { get; init; }

    /// <summary>How requests are divided; null when only the numbers of pods divide them. Not null even for an empty object (SPEC-65 to SPEC-71).</summary>
    public TrafficRouting? TrafficRouting { get; init; }

    /// <summary>When a replica count is good enough for the next step (SPEC-63, BC-12).</summary>
    public ReplicaProgressThreshold? ReplicaProgressThreshold { get; init; }

    /// <summary>Seconds that the old version stays after promotion; null for 30 with traffic routing, and 0 differs from null (SPEC-57).</summary>
    public int? ScaleDownDelaySeconds { get; init; }

    /// <summary>How many old versions may wait for their delay; null for any number (SPEC-58).</summary>
    public int? ScaleDownDelayRevisionLimit { get; init; }

    /// <summary>Seconds that an aborted version stays, with traffic routing; null for 30, 0 sets no deadline (SPEC-59).</summary>
    public int? AbortScaleDownDelaySeconds { get; init; }

    /// <summary>The stable version is scaled down while traffic leaves it, with traffic routing (SPEC-60).</summary>
    public bool DynamicStableScale { get; init; }

    /// <summary>Pods that a version with any pods has at least, with traffic routing; null for no such limit (SPEC-62).</summary>
    public int? MinPodsPerReplicaSet { get; init; }

    /// <summary>Two Services that swap roles at each promotion (SPEC-61).</summary>
    public PingPong? PingPong { get; init; }

    /// <summary>Keeps the new version away from the nodes of the stable one (SPEC-56).</summary>
    public AntiAffinity? AntiAffinity { get; init; }

    /// <summary>What pods of the new version carry until it is promoted (SPEC-55).</summary>
    public PodMetadata? CanaryMetadata { get; init; }

    /// <summary>What pods of the stable version carry (SPEC-55).</summary>
    public PodMetadata? StableMetadata { get; init; }

    /// <summary>Full traffic in the unit of <c>setWeight</c>, at least 1 (SPEC-66).</summary>
    public int FullWeight => TrafficRouting?.MaxTrafficWeight is > 0 and var most ? most : 100;

    /// <summary>Reads <c>spec.strategy.canary</c>.</summary>
    public static CanaryStrategy Read(JsonElement canary)
    {
        var (analysis, problem) = AnalysisReading.ReadOptional(canary, "analysis");
        return new CanaryStrategy
        {
            CanaryService = canary.Text("canaryService") ?? "",
            StableService = canary.Text("stableService") ?? "",
            MaxSurge = canary.IntOrString("maxSurge") ?? Default,
            MaxUnavailable = canary.IntOrString("maxUnavailable") ?? Default,
            Steps = [.. canary.Items("steps").Select(CanaryStep.Read)],
            RawSteps = canary.Raw("steps") is { ValueKind: JsonValueKind.Array } steps ? steps : null,
            Analysis = analysis,
            AnalysisProblem = problem,
            TrafficRouting = canary.MemberOrNull("trafficRouting") is { } routing ? TrafficRouting.Read(routing) : null,
            ReplicaProgressThreshold = canary.MemberOrNull("replicaProgressThreshold") is { } threshold ? ReplicaProgressThreshold.Read(threshold) : null,
            ScaleDownDelaySeconds = canary.Int("scaleDownDelaySeconds"),
            ScaleDownDelayRevisionLimit = canary.Int("scaleDownDelayRevisionLimit"),
            AbortScaleDownDelaySeconds = canary.Int("abortScaleDownDelaySeconds"),
            DynamicStableScale = canary.Bool("dynamicStableScale") ?? false,
            MinPodsPerReplicaSet = canary.Int("minPodsPerReplicaSet"),
            PingPong = PingPong.Read(canary.MemberOrNull("pingPong")),
            AntiAffinity = AntiAffinity.Read(canary.MemberOrNull("antiAffinity")),
            CanaryMetadata = PodMetadata.Read(canary.MemberOrNull("canaryMetadata")),
            StableMetadata = PodMetadata.Read(canary.MemberOrNull("stableMetadata")),
        };
    }
}
