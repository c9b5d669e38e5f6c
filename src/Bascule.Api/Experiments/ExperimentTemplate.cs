using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Experiments;

/// <summary>One of the versions of an Experiment (EX-1).</summary>
public sealed record ExperimentTemplate
{
    /// <summary>Its name within the Experiment.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many pods; 1 when not set.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Seconds a pod must be ready before it counts as available.</summary>
    public int MinReadySeconds { get; init; }

    /// <summary>The selector as written; null when it is missing.</summary>
    public JsonElement? Selector { get; init; }

    /// <summary>The pod template, raw; undefined when it is missing.</summary>
    public JsonElement Template { get; init; }

    /// <summary>The version gets a Service of its own (EX-9).</summary>
    public bool HasService { get; init; }

    /// <summary>The name of that Service; empty for the ReplicaSet's.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>Reads an entry of <c>templates</c>.</summary>
    public static ExperimentTemplate Read(JsonElement template) => new()
    {
        Name = template.Text("name") ?? "",
        Replicas = template.Int("replicas") ?? 1,
        MinReadySeconds = template.Int("minReadySeconds") ?? 0,
        Selector = template.MemberOrNull("selector"),
        Template = template.Member("template"),
        HasService = template.MemberOrNull("service") is not null,
        ServiceName = template.Member("service").Text("name") ?? "",
    };
}
