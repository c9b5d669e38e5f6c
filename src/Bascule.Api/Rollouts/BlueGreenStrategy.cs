using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>The blue-green strategy (SPEC-30 to SPEC-40). Null means: not set.</summary>
public sealed record BlueGreenStrategy
{
    private static readonly IntOrString DefaultMaxUnavailable = new("25");

    /// <summary>The Service that users reach; empty when not set, which is invalid.</summary>
    public string ActiveService { get; init; } = "";

    /// <summary>The Service that reaches the new version before the switch; empty for none.</summary>
    public string PreviewService { get; init; } = "";

    /// <summary>Pods of the new version until it is about to be promoted; null for all of them (SPEC-32).</summary>
    public int? PreviewReplicaCount { get; init; }

    /// <summary>False waits for a user before the switch; default true (SPEC-33).</summary>
    public bool AutoPromotionEnabled { get; init; } = true;

    /// <summary>Seconds from the new version being ready to the switch; 0 switches at once (SPEC-34).</summary>
    public int AutoPromotionSeconds { get; init; }

    /// <summary>Pods that a restart may take away at once; default the string <c>25</c>, read as percent (SPEC-35).</summary>
    public IntOrString MaxUnavailable { get; init; } = DefaultMaxUnavailable;

    /// <summary>Seconds that the old version stays after the switch; null for 30, and 0 differs from null (SPEC-36).</summary>
    public int? ScaleDownDelaySeconds { get; init; }

    /// <summary>How many old versions may wait for their delay; null for any number (SPEC-37).</summary>
    public int? ScaleDownDelayRevisionLimit { get; init; }

    /// <summary>Seconds that an aborted version stays; null for 30, 0 for ever (SPEC-40).</summary>
    public int? AbortScaleDownDelaySeconds { get; init; }

    /// <summary>What must succeed before the switch (SPEC-38).</summary>
    public RolloutAnalysis? PrePromotionAnalysis { get; init; }

    /// <summary>The field of it that cannot be read, what was found and what was expected; null when all is well.</summary>
    public string? PrePromotionAnalysisProblem { get; init; }

    /// <summary>What must succeed after the switch (SPEC-38).</summary>
    public RolloutAnalysis? PostPromotionAnalysis { get; init; }

    /// <summary>The field of it that cannot be read, what was found and what was expected; null when all is well.</summary>
    public string? PostPromotionAnalysisProblem { get; init; }

    /// <summary>Keeps the new version away from the nodes of the stable one (SPEC-39).</summary>
    public AntiAffinity? AntiAffinity { get; init; }

    /// <summary>What pods carry before the switch (SPEC-39).</summary>
    public PodMetadata? PreviewMetadata { get; init; }

    /// <summary>What pods carry after the switch (SPEC-39).</summary>
    public PodMetadata? ActiveMetadata { get; init; }

    /// <summary>Reads <c>spec.strategy.blueGreen</c>.</summary>
    public static BlueGreenStrategy Read(JsonElement blueGreen)
    {
        var (pre, preProblem) = AnalysisReading.ReadOptional(blueGreen, "prePromotionAnalysis");
        var (post, postProblem) = AnalysisReading.ReadOptional(blueGreen, "postPromotionAnalysis");
        return new BlueGreenStrategy
        {
            ActiveService = blueGreen.Text("activeService") ?? "",
            PreviewService = blueGreen.Text("previewService") ?? "",
            PreviewReplicaCount = blueGreen.Int("previewReplicaCount"),
            AutoPromotionEnabled = blueGreen.Bool("autoPromotionEnabled") ?? true,
            AutoPromotionSeconds = blueGreen.Int("autoPromotionSeconds") ?? 0,
            MaxUnavailable = blueGreen.IntOrString("maxUnavailable") ?? DefaultMaxUnavailable,
            ScaleDownDelaySeconds = blueGreen.Int("scaleDownDelaySeconds"),
            ScaleDownDelayRevisionLimit = blueGreen.Int("scaleDownDelayRevisionLimit"),
            AbortScaleDownDelaySeconds = blueGreen.Int("abortScaleDownDelaySeconds"),
            PrePromotionAnalysis = pre,
            PrePromotionAnalysisProblem = preProblem,
            PostPromotionAnalysis = post,
            PostPromotionAnalysisProblem = postProblem,
            AntiAffinity = AntiAffinity.Read(blueGreen.MemberOrNull("antiAffinity")),
            PreviewMetadata = PodMetadata.Read(blueGreen.MemberOrNull("previewMetadata")),
            ActiveMetadata = PodMetadata.Read(blueGreen.MemberOrNull("activeMetadata")),
        };
    }
}
