using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Experiments;

/// <summary>What is recorded of one version of an Experiment (EX-2).</summary>
public sealed record ExperimentTemplateStatus
{
    /// <summary>The version's name.</summary>
    public required string Name { get; init; }

    /// <summary>Pods.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods of the version's template; here always all.</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Ready pods.</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>Available pods.</summary>
    public int AvailableReplicas { get; init; }

    /// <summary>How often the ReplicaSet's name was taken by somebody else's; null for never (EX-5).</summary>
    public int? CollisionCount { get; init; }

    /// <summary>Where it stands.</summary>
    public ExperimentTemplatePhase Phase { get; init; }

    /// <summary>Why; empty when there is nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary>When it last moved; the deadline counts from here (EX-11).</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The Service of the version; empty while there is none.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>The hash of the version while it has a Service; empty otherwise.</summary>
    public string PodTemplateHash { get; init; } = "";

    /// <summary>Reads an entry of <c>templateStatuses</c>.</summary>
    public static ExperimentTemplateStatus Read(JsonElement status) => new()
    {
        Name = status.Text("name") ?? "",
        Replicas = status.Int("replicas") ?? 0,
        UpdatedReplicas = status.Int("updatedReplicas") ?? 0,
        ReadyReplicas = status.Int("readyReplicas") ?? 0,
        AvailableReplicas = status.Int("availableReplicas") ?? 0,
        CollisionCount = status.Int("collisionCount"),
        Phase = ExperimentTemplatePhases.Parse(status.Text("status")),
        Message = status.Text("message") ?? "",
        LastTransitionTime = status.Instant("lastTransitionTime"),
        ServiceName = status.Text("serviceName") ?? "",
        PodTemplateHash = status.Text("podTemplateHash") ?? "",
    };
}
