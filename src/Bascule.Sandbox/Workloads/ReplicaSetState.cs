using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>A ReplicaSet as a Deployment's decision sees it and wants it.</summary>
internal sealed record ReplicaSetState
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string RevisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
    public const string DesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaxAnnotation = "deployment.kubernetes.io/max-replicas";

    /// <summary>As it was seen; null for one that is to be created.</summary>
    public required KubeObject? Seen { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its pod template; the Deployment's for one that is to be created.</summary>
    public required JsonElement Template { get; init; }

    /// <summary>Replicas wanted of it.</summary>
    public required int Replicas { get; init; }

    /// <summary><c>spec.minReadySeconds</c> wanted of it.</summary>
    public required int MinReadySeconds { get; init; }

    /// <summary>Annotations wanted of it.</summary>
    public required ImmutableSortedDictionary<string, string> Annotations { get; init; }

    /// <summary>Pods it has, by its status.</summary>
    public int Actual { get; init; }

    /// <summary>Ready pods, by its status.</summary>
    public int Ready { get; init; }

    /// <summary>Available pods, by its status.</summary>
    public int Available { get; init; }

    /// <summary>When it was created; the end of time for one that is to be.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Its revision; 0 when it has none.</summary>
    public long Revision => Number(RevisionAnnotation) ?? 0;

    /// <summary>The Deployment's replicas when this set was last scaled.</summary>
    public long? Desired => Number(DesiredAnnotation);

    /// <summary>The most pods the Deployment could have when this set was last scaled.</summary>
    public long? Max => Number(MaxAnnotation);

    /// <summary>Whether anything of it has to be written.</summary>
    public bool IsChanged => Seen is null || Replicas != ReplicaSetDecider.Replicas(Seen) || MinReadySeconds != SeenMinReady || !SameAnnotations(Seen);

    private int SeenMinReady => Seen?.Root.At("spec").Int("minReadySeconds") ?? 0;

    /// <summary>Reads a ReplicaSet.</summary>
    public static ReplicaSetState Of(KubeObject set)
    {
        var status = set.Root.At("status");
        return new ReplicaSetState
        {
            Seen = set,
            Name = set.Name,
            Template = set.Root.At("spec", "template"),
            Replicas = ReplicaSetDecider.Replicas(set),
            MinReadySeconds = set.Root.At("spec").Int("minReadySeconds") ?? 0,
            Annotations = set.Annotations.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Actual = status.Int("replicas") ?? 0,
            Ready = status.Int("readyReplicas") ?? 0,
            Available = status.Int("availableReplicas") ?? 0,
            Created = set.CreationTimestamp ?? DateTimeOffset.MinValue,
        };
    }

    private bool SameAnnotations(KubeObject set) =>
        set.Annotations.Count == Annotations.Count && Annotations.All(a => set.Annotations.TryGetValue(a.Key, out var value) && value == a.Value);

    private long? Number(string annotation) =>
        Annotations.TryGetValue(annotation, out var text) && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
