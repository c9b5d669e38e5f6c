using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Rollouts.Steps;

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

    /// <summary>Traffic routing, raw; not null even when it is an empty object.</summary>
    public JsonElement? TrafficRouting { get; init; }

    /// <summary>What full traffic is; null for 100 (SPEC-66).</summary>
    public int? MaxTrafficWeight { get; init; }

    /// <summary>When a replica count is good enough for the next step (SPEC-63, BC-12).</summary>
    public ReplicaProgressThreshold? ReplicaProgressThreshold { get; init; }

    /// <summary>SPEC-57.</summary>
    public int? ScaleDownDelaySeconds { get; init; }

    /// <summary>SPEC-58.</summary>
    public int? ScaleDownDelayRevisionLimit { get; init; }

    /// <summary>SPEC-59.</summary>
    public int? AbortScaleDownDelaySeconds { get; init; }

    /// <summary>SPEC-60.</summary>
    public bool DynamicStableScale { get; init; }

    /// <summary>SPEC-62.</summary>
    public int? MinPodsPerReplicaSet { get; init; }

    /// <summary>SPEC-61, raw.</summary>
    public JsonElement? PingPong { get; init; }

    /// <summary>SPEC-56, raw.</summary>
    public JsonElement? AntiAffinity { get; init; }

    /// <summary>SPEC-55, raw.</summary>
    public JsonElement? CanaryMetadata { get; init; }

    /// <summary>SPEC-55, raw.</summary>
    public JsonElement? StableMetadata { get; init; }

    /// <summary>Full traffic in the unit of <c>setWeight</c>.</summary>
    public int FullWeight => MaxTrafficWeight ?? 100;

    /// <summary>Reads <c>spec.strategy.canary</c>.</summary>
    public static CanaryStrategy Read(JsonElement canary)
    {
        RolloutAnalysis? analysis = null;
        string? problem = null;
        if (canary.MemberOrNull("analysis") is { } found)
            (analysis, problem) = AnalysisReading.Read(found, "spec.strategy.analysis");
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
            TrafficRouting = canary.MemberOrNull("trafficRouting"),
            MaxTrafficWeight = canary.Member("trafficRouting").Int("maxTrafficWeight"),
            ReplicaProgressThreshold = canary.MemberOrNull("replicaProgressThreshold") is { } threshold ? ReplicaProgressThreshold.Read(threshold) : null,
            ScaleDownDelaySeconds = canary.Int("scaleDownDelaySeconds"),
            ScaleDownDelayRevisionLimit = canary.Int("scaleDownDelayRevisionLimit"),
            AbortScaleDownDelaySeconds = canary.Int("abortScaleDownDelaySeconds"),
            DynamicStableScale = canary.Bool("dynamicStableScale") ?? false,
            MinPodsPerReplicaSet = canary.Int("minPodsPerReplicaSet"),
            PingPong = canary.MemberOrNull("pingPong"),
            AntiAffinity = canary.MemberOrNull("antiAffinity"),
            CanaryMetadata = canary.MemberOrNull("canaryMetadata"),
            StableMetadata = canary.MemberOrNull("stableMetadata"),
        };
    }
}
