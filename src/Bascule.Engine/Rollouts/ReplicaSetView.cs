using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts;

/// <summary>A ReplicaSet as one pass sees it.</summary>
public sealed record ReplicaSetView
{
    /// <summary>The metadata.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>The pod template, raw.</summary>
    public JsonElement Template { get; init; }

    /// <summary>The selector.</summary>
    public LabelSelector Selector { get; init; } = new();

    /// <summary><c>spec.replicas</c>; 1 when not set.</summary>
    public int Wanted { get; init; }

    /// <summary><c>spec.minReadySeconds</c>.</summary>
    public int MinReadySeconds { get; init; }

    /// <summary><c>status.replicas</c>.</summary>
    public int Current { get; init; }

    /// <summary><c>status.readyReplicas</c>.</summary>
    public int Ready { get; init; }

    /// <summary><c>status.availableReplicas</c>.</summary>
    public int Available { get; init; }

    /// <summary><c>status.observedGeneration</c>.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary><c>status.conditions</c>.</summary>
    public ImmutableArray<RolloutCondition> Conditions { get; init; } = [];

    /// <summary>The object's name.</summary>
    public string Name => Meta.Name;

    /// <summary>The version it belongs to; empty when it has no hash label.</summary>
    public string Hash => Meta.Labels.GetValueOrDefault(Labels.PodTemplateHash, "");

    /// <summary>Its revision; 0 when it has none.</summary>
    public int Revision => Number(Meta.Annotations.GetValueOrDefault(Annotations.Revision)) ?? 0;

    /// <summary>The revision it was created with (NAME-5): it gets a new one whenever somebody goes back to it.</summary>
    public int FirstRevision => Number(Meta.Annotations.GetValueOrDefault(Annotations.RevisionHistory)?.Split(',')[0]) ?? Revision;

    /// <summary>The rollout's replicas when it was last scaled; null when unknown (KEY-4).</summary>
    public int? DesiredReplicas => Number(Meta.Annotations.GetValueOrDefault(Annotations.DesiredReplicas));

    /// <summary>It is to lose its pods at some time, whether that time can be read or not (KEY-7).</summary>
    public bool HasScaleDownDeadline => Meta.Annotations.ContainsKey(Annotations.ScaleDownDeadline);

    /// <summary>When it is to lose its pods; null when it is not, or when the time cannot be read (KEY-7).</summary>
    public DateTimeOffset? ScaleDownDeadline =>
        DateTimeOffset.TryParse(Meta.Annotations.GetValueOrDefault(Annotations.ScaleDownDeadline), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var deadline) ? deadline : null;

    /// <summary>Reads a ReplicaSet; never fails.</summary>
    /// <param name="root">The object; it must own its memory.</param>
    public static ReplicaSetView Read(JsonElement root)
    {
        var spec = root.Member("spec");
        var status = root.Member("status");
        return new ReplicaSetView
        {
            Meta = ObjectMeta.Read(root),
            Template = spec.Member("template"),
            Selector = LabelSelector.Read(spec.Member("selector")),
            Wanted = Count(spec, "replicas") ?? 1,
            MinReadySeconds = spec.Int("minReadySeconds") ?? 0,
            Current = Count(status, "replicas") ?? 0,
            Ready = Count(status, "readyReplicas") ?? 0,
            Available = Count(status, "availableReplicas") ?? 0,
            ObservedGeneration = status.Long("observedGeneration") ?? 0,
            Conditions = RolloutCondition.ReadAll(status),
        };
    }

    /// <summary>A number of pods; a damaged one below none counts as none.</summary>
    private static int? Count(JsonElement of, string field) => of.Int(field) is { } count ? Math.Max(0, count) : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
