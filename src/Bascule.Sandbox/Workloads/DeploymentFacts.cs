using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>A Deployment as its decisions need it, read once.</summary>
internal sealed record DeploymentFacts
{
    private DeploymentFacts(KubeObject deployment)
    {
        Object = deployment;
        var spec = deployment.Root.At("spec");
        Status = deployment.Root.At("status");
        Template = spec.At("template");
        Selector = spec.At("selector");
        Replicas = spec.Int("replicas") ?? 1;
        MinReadySeconds = spec.Int("minReadySeconds") ?? 0;
        IsPaused = spec.IsTrue("paused");
        IsRecreate = spec.At("strategy").Text("type") == "Recreate";
        RevisionHistoryLimit = Bounded(spec.Int("revisionHistoryLimit"));
        ProgressDeadline = Bounded(spec.Int("progressDeadlineSeconds")) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var rolling = spec.At("strategy", "rollingUpdate");
        var fenceposts = RollingArithmetic.Fenceposts(rolling.At("maxSurge"), rolling.At("maxUnavailable"), Replicas);
        MaxSurge = IsRecreate ? 0 : fenceposts.Surge;
        MaxUnavailable = IsRecreate || Replicas == 0 ? 0 : Math.Min(fenceposts.Unavailable, Replicas);
        CollisionCount = Status.Int("collisionCount") ?? 0;
    }

    /// <summary>The Deployment itself.</summary>
    public KubeObject Object { get; }

    /// <summary><c>status</c> as it was seen.</summary>
    public JsonElement Status { get; }

    /// <summary><c>spec.template</c>.</summary>
    public JsonElement Template { get; }

    /// <summary><c>spec.selector</c>.</summary>
    public JsonElement Selector { get; }

    /// <summary><c>spec.replicas</c>, 1 when absent.</summary>
    public int Replicas { get; }

    /// <summary><c>spec.minReadySeconds</c>.</summary>
    public int MinReadySeconds { get; }

    /// <summary><c>spec.paused</c>.</summary>
    public bool IsPaused { get; }

    /// <summary>Old pods go before new ones come.</summary>
    public bool IsRecreate { get; }

    /// <summary>How many old ReplicaSets to keep; null for all.</summary>
    public int? RevisionHistoryLimit { get; }

    /// <summary>How long a rollout may stand still; null for as long as it likes.</summary>
    public TimeSpan? ProgressDeadline { get; }

    /// <summary>Pods allowed above <see cref="Replicas"/>; 0 for Recreate.</summary>
    public int MaxSurge { get; }

    /// <summary>Pods that may be missing; 0 for Recreate.</summary>
    public int MaxUnavailable { get; }

    /// <summary>How often the hash of a template met the name of another.</summary>
    public int CollisionCount { get; }

    /// <summary>Reads a Deployment.</summary>
    public static DeploymentFacts Of(KubeObject deployment) => new(deployment);

    /// <summary>The largest number stands for "no limit", as clients write it.</summary>
    private static int? Bounded(int? value) => value == int.MaxValue ? null : value;
}
