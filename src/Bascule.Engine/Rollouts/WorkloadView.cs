using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>A workload whose pod template a Rollout takes over, as one pass sees it (SPEC-13).</summary>
public sealed record WorkloadView
{
    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>The pod template, raw.</summary>
    public JsonElement Template { get; init; }

    /// <summary>The selector, raw; null for a PodTemplate, which has none.</summary>
    public JsonElement? Selector { get; init; }

    /// <summary><c>spec.replicas</c>; 1 when not set.</summary>
    public int Wanted { get; init; }

    /// <summary>Reads a workload of any supported kind; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static WorkloadView Read(JsonElement root)
    {
        var spec = root.Member("spec");
        return new WorkloadView
        {
            Meta = ObjectMeta.Read(root),
            // A PodTemplate has its template at the top.
            Template = spec.MemberOrNull("template") ?? root.Member("template"),
            Selector = spec.MemberOrNull("selector"),
            Wanted = spec.Int("replicas") ?? 1,
        };
    }
}
