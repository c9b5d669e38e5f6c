using System.Text.Json;
using Bascule.Api.Meta;

namespace Bascule.Api.Rollouts;

/// <summary>
/// A Rollout, read tolerantly from JSON (RT-7): a field of the wrong type counts as not set. The pod template and
/// everything this version does not know stay raw.
/// </summary>
public sealed record Rollout
{
    /// <summary>The <c>apiVersion</c> of all our kinds.</summary>
    public const string ApiVersion = "argoproj.io/v1alpha1";

    /// <summary>The kind.</summary>
    public const string Kind = "Rollout";

    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>What the user wants.</summary>
    public required RolloutSpec Spec { get; init; }

    /// <summary>What the controller recorded, and what users and clients asked for through it.</summary>
    public required RolloutStatus Status { get; init; }

    /// <summary>The whole object as seen.</summary>
    public required JsonElement Root { get; init; }

    /// <summary>The object's name.</summary>
    public string Name => Meta.Name;

    /// <summary>The wanted number of pods; 1 when the spec has none (SPEC-1).</summary>
    public int Replicas => Spec.Replicas ?? 1;

    /// <summary>Reads a Rollout; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static Rollout Read(JsonElement root) => Read(root, RolloutSpec.Read(Json.TolerantReading.Member(root, "spec")));

    /// <summary>Reads a Rollout whose spec was read before; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    /// <param name="spec">What its <c>spec</c> says.</param>
    public static Rollout Read(JsonElement root, RolloutSpec spec) => new()
    {
        Meta = ObjectMeta.Read(root),
        Spec = spec,
        Status = RolloutStatus.Read(Json.TolerantReading.Member(root, "status")),
        Root = root,
    };
}
