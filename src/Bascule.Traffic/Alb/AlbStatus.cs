using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Traffic.Alb.Aws;

namespace Bascule.Traffic.Alb;

/// <summary>What a Rollout's status says of the load balancer of one Ingress (TR-ALB-20).</summary>
/// <param name="Ingress">The Ingress.</param>
internal sealed record AlbStatus(string Ingress)
{
    /// <summary>The load balancer; null while it is not known.</summary>
    public LoadBalancer? LoadBalancer { get; init; }

    /// <summary>The target group of the canary's Service; null while it is not known.</summary>
    public TargetGroup? Canary { get; init; }

    /// <summary>The target group of the stable Service; null while it is not known.</summary>
    public TargetGroup? Stable { get; init; }

    /// <summary>The list that a status records.</summary>
    public static JsonElement Write(IEnumerable<AlbStatus> all) => JsonElement.Parse(new JsonArray([.. all.Select(one => one.Write())]).ToJsonString());

    /// <summary>Which Ingresses a status speaks of, each with whether its load balancer is known; null for no such status.</summary>
    public static ImmutableArray<(string Ingress, bool IsKnown)>? Read(JsonElement? albs) => albs is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(one => (one.Text("ingress") ?? "", one.Member("loadBalancer").Text("arn") is { Length: > 0 }))]
        : null;

    private JsonObject Write() => new()
    {
        ["loadBalancer"] = Resource(LoadBalancer?.Name, LoadBalancer?.Arn, skip: 2),
        ["canaryTargetGroup"] = Resource(Canary?.Name, Canary?.Arn, skip: 1),
        ["stableTargetGroup"] = Resource(Stable?.Name, Stable?.Arn, skip: 1),
        ["ingress"] = Ingress,
    };

    /// <summary>The full name is by what metrics of AWS name it: the end of its resource name.</summary>
    private static JsonObject Resource(string? name, string? arn, int skip) => new()
    {
        ["name"] = name ?? "",
        ["arn"] = arn ?? "",
        ["fullName"] = string.Join('/', (arn ?? "").Split('/').Skip(skip)),
    };
}
