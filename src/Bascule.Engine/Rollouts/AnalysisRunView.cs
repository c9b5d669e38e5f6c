using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>An AnalysisRun as the Rollout's pass sees it.</summary>
public sealed record AnalysisRunView
{
    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary><c>spec</c>, raw; what the run measures.</summary>
    public JsonElement Spec { get; init; }

    /// <summary><c>status</c>, raw; counters and measurements, for the reasons.</summary>
    public JsonElement Status { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary><c>status.message</c>.</summary>
    public string Message { get; init; } = "";

    /// <summary><c>spec.terminate</c>.</summary>
    public bool Terminating { get; init; }

    /// <summary>The object's name.</summary>
    public string Name => Meta.Name;

    /// <summary>Reads an AnalysisRun; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static AnalysisRunView Read(JsonElement root) => new()
    {
        Meta = ObjectMeta.Read(root),
        Spec = root.Member("spec"),
        Status = root.Member("status"),
        Phase = AnalysisPhases.Parse(root.Member("status").Text("phase")),
        Message = root.Member("status").Text("message") ?? "",
        Terminating = root.Member("spec").Bool("terminate") ?? false,
    };
}
