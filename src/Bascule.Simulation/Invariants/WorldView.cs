using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Invariants;

/// <summary>One ReplicaSet as it stands in the store, with the availability that the controller could know of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">Its pod template hash.</param>
/// <param name="Wanted"><c>spec.replicas</c> in the store.</param>
/// <param name="KnownAvailable"><c>status.availableReplicas</c> in the controller's cache.</param>
/// <param name="OwnerUid">Who controls it; null for nobody.</param>
public sealed record ReplicaSetTruth(string Name, string Hash, int Wanted, int KnownAvailable, string? OwnerUid)
{
    /// <summary>The pods that serve now and are meant to stay.</summary>
    public int Serving => Math.Min(Wanted, KnownAvailable);
}

/// <summary>
/// What the invariants judge: the Rollout and its ReplicaSets, read from outside with code of its own, so that a fault
/// of the program under test cannot hide itself.
/// </summary>
public sealed record WorldView
{
    /// <summary>The Rollout's uid.</summary>
    public required string Uid { get; init; }

    /// <summary>Pods the user wants.</summary>
    public required int Replicas { get; init; }

    /// <summary>Pods allowed above <see cref="Replicas"/>.</summary>
    public required int Surge { get; init; }

    /// <summary>Pods of <see cref="Replicas"/> that may be missing.</summary>
    public required int Unavailable { get; init; }

    /// <summary><c>status.stableRS</c>; empty before the first promotion.</summary>
    public required string StableHash { get; init; }

    /// <summary><c>status.currentPodHash</c>.</summary>
    public required string CurrentHash { get; init; }

    /// <summary><c>status.currentStepHash</c>.</summary>
    public required string StepHash { get; init; }

    /// <summary><c>status.currentStepIndex</c>.</summary>
    public required int? StepIndex { get; init; }

    /// <summary>How many steps the spec has.</summary>
    public required int Steps { get; init; }

    /// <summary><c>status.abort</c>.</summary>
    public required bool Aborted { get; init; }

    /// <summary><c>status.promoteFull</c>.</summary>
    public required bool PromoteFull { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public required string Phase { get; init; }

    /// <summary><c>status.message</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The ReplicaSets of the namespace.</summary>
    public required ImmutableArray<ReplicaSetTruth> ReplicaSets { get; init; }

    /// <summary>All pods that are asked for.</summary>
    public int Wanted => ReplicaSets.Sum(r => r.Wanted);

    /// <summary>All pods that serve now and are meant to stay.</summary>
    public int Serving => ReplicaSets.Sum(r => r.Serving);

    /// <summary>Reads a view.</summary>
    /// <param name="rollout">The Rollout in the store.</param>
    /// <param name="replicaSets">The ReplicaSets in the store.</param>
    /// <param name="known">Looks a ReplicaSet up in the controller's cache.</param>
    public static WorldView Of(KubeObject rollout, IEnumerable<KubeObject> replicaSets, Func<ObjectKey, KubeObject?> known)
    {
        var spec = rollout.Root.GetProperty("spec");
        var canary = spec.GetProperty("strategy").GetProperty("canary");
        var status = rollout.Root.TryGetProperty("status", out var s) ? s : default;
        var replicas = spec.TryGetProperty("replicas", out var r) ? r.GetInt32() : 1;
        var surge = Resolve(canary, "maxSurge", replicas, up: true);
        var unavailable = Resolve(canary, "maxUnavailable", replicas, up: false);
        return new WorldView
        {
            Uid = rollout.Uid,
            Replicas = replicas,
            Surge = surge,
            Unavailable = Math.Min(replicas, surge == 0 && unavailable == 0 ? 1 : unavailable),
            StableHash = Text(status, "stableRS"),
            CurrentHash = Text(status, "currentPodHash"),
            StepHash = Text(status, "currentStepHash"),
            StepIndex = Number(status, "currentStepIndex"),
            Steps = canary.TryGetProperty("steps", out var steps) ? steps.GetArrayLength() : 0,
            Aborted = Flag(status, "abort"),
            PromoteFull = Flag(status, "promoteFull"),
            Phase = Text(status, "phase"),
            Message = Text(status, "message"),
            ReplicaSets = [.. replicaSets.Select(x => Truth(x, known(x.Key)))],
        };
    }

    /// <summary>What the controller had before it when it wrote, in one line per thing.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"R={Replicas} S={Surge} U={Unavailable} {Phase} ({Message}) step {StepIndex}/{Steps} stable={StableHash} current={CurrentHash} abort={Aborted} full={PromoteFull} [{string.Join(", ", ReplicaSets.Select(x => $"{x.Hash}: {x.KnownAvailable}/{x.Wanted}"))}]");

    private static ReplicaSetTruth Truth(KubeObject stored, KubeObject? known) => new(
        stored.Name,
        stored.Labels.GetValueOrDefault("rollouts-pod-template-hash", ""),
        Number(stored.Root.GetProperty("spec"), "replicas") ?? 1,
        known is not null && known.Root.TryGetProperty("status", out var status) ? Number(status, "availableReplicas") ?? 0 : 0,
        stored.ControllerUid);

    private static int Resolve(JsonElement canary, string field, int replicas, bool up)
    {
        var percent = 25;
        if (canary.TryGetProperty(field, out var value))
        {
            if (value.ValueKind == JsonValueKind.Number)
                return value.GetInt32();
            percent = int.Parse(value.GetString()!.TrimEnd('%'), CultureInfo.InvariantCulture);
        }

        var share = replicas * percent / 100.0;
        return (int)(up ? Math.Ceiling(share) : Math.Floor(share));
    }

    private static string Text(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int? Number(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static bool Flag(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;
}
