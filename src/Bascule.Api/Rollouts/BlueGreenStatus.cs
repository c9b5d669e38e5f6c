using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary><c>status.blueGreen</c> (STAT-26).</summary>
public sealed record BlueGreenStatus
{
    /// <summary>Hash of the version that the active Service selects; empty before the first switch.</summary>
    public string ActiveSelector { get; init; } = "";

    /// <summary>Hash of the version that the preview Service selects; empty without one.</summary>
    public string PreviewSelector { get; init; } = "";

    /// <summary>The new version is to have all its pods, no longer the preview's number (BG-3).</summary>
    public bool ScaleUpPreviewCheckPoint { get; init; }

    /// <summary>The run before the switch.</summary>
    public AnalysisRunReference? PrePromotionAnalysisRun { get; init; }

    /// <summary>The run after the switch.</summary>
    public AnalysisRunReference? PostPromotionAnalysisRun { get; init; }

    /// <summary>Reads <c>blueGreen</c>; an absent one has nothing set.</summary>
    public static BlueGreenStatus Read(JsonElement blueGreen) => new()
    {
        ActiveSelector = blueGreen.Text("activeSelector") ?? "",
        PreviewSelector = blueGreen.Text("previewSelector") ?? "",
        ScaleUpPreviewCheckPoint = blueGreen.Bool("scaleUpPreviewCheckPoint") ?? false,
        PrePromotionAnalysisRun = AnalysisRunReference.Read(blueGreen.MemberOrNull("prePromotionAnalysisRunStatus")),
        PostPromotionAnalysisRun = AnalysisRunReference.Read(blueGreen.MemberOrNull("postPromotionAnalysisRunStatus")),
    };
}
