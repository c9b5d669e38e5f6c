using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Istio;

/// <summary>Sets the weights of a VirtualService's routes, and the routes that steps ask for.</summary>
/// <param name="rollout">The Rollout.</param>
/// <param name="service">What it says of the routes.</param>
/// <param name="plan">How to share out the traffic.</param>
/// <param name="canary">Where routes for the canary alone lead.</param>
internal sealed class VirtualServiceEdit(Rollout rollout, IstioVirtualService service, TrafficPlan plan, Target canary)
{
    private readonly CanaryStrategy strategy = rollout.Spec.Canary!;

    /// <summary>The object as it should be.</summary>
    /// <exception cref="TrafficRoutingException">Its routes are not as the Rollout says.</exception>
    public JsonObject Edited(KubeObject found)
    {
        var routes = VirtualServiceRoutes.Of(found.Root.Member("spec"), service, strategy);
        if (routes.Problems is [var problem, ..])
            throw new TrafficRoutingException($"VirtualService `{found.Name}`: {problem}");
        var after = found.ToNode();
        var spec = after.Child("spec");
        foreach (var (kind, index) in routes.Split)
            Weigh((JsonObject)spec[kind]![index]!);
        if (spec["http"] is JsonArray http)
            spec["http"] = new ManagedHttpRoutes(strategy.TrafficRouting!.ManagedRoutes, plan.Routes, canary).Among(http, FirstSplit(http, routes));
        return after;
    }

    private static JsonObject? FirstSplit(JsonArray http, VirtualServiceRoutes routes) =>
        routes.Split.Where(r => r.Kind == "http").Select(r => http[r.Index] as JsonObject).FirstOrDefault();

    /// <summary>TR-IST-04 to TR-IST-08.</summary>
    private void Weigh(JsonObject route)
    {
        var destinations = (JsonArray)route["route"]!;
        var left = plan.Additional.ToDictionary(a => a.ServiceName, a => a.Weight, StringComparer.Ordinal);
        var stable = Math.Max(0, plan.Stable.Weight - destinations.OfType<JsonObject>().Where(IsApart).Sum(d => (int)(d.NumberAt("weight") ?? 0)));
        foreach (var destination in destinations.OfType<JsonObject>().ToList())
        {
            var host = Host(destination);
            if (Is(destination, plan.Canary.ServiceName, strategy.TrafficRouting!.Istio!.DestinationRule?.CanarySubsetName))
                destination.SetWeight(plan.Canary.Weight);
            else if (Is(destination, plan.Stable.ServiceName, strategy.TrafficRouting!.Istio!.DestinationRule?.StableSubsetName))
                destination.SetWeight(stable);
            else if (left.Remove(host, out var weight))
                destination.SetWeight(weight);
            else if (host.Length > 0 && !IsApart(destination) && destination.NumberAt("weight") is > 0)
                destinations.Remove(destination);
        }

        foreach (var (host, weight) in left.OrderBy(a => a.Key, StringComparer.Ordinal))
            destinations.Add((JsonNode)new JsonObject { ["destination"] = new JsonObject { ["host"] = host }, ["weight"] = weight });
    }

    /// <summary>By its subset where it has one, which says more than a host that both versions may share; else by its host.</summary>
    private static bool Is(JsonObject destination, string service, string? subset)
    {
        if (subset is { Length: > 0 } && Subset(destination) is { Length: > 0 } named)
            return named == subset;
        return service.Length > 0 && Host(destination) == service;
    }

    /// <summary>A subset beside the versions, whose share is the user's (TR-IST-04).</summary>
    private bool IsApart(JsonObject destination) =>
        Subset(destination) is { Length: > 0 } subset && strategy.TrafficRouting!.Istio!.DestinationRule?.AdditionalSubsetNames.Contains(subset) == true;

    private static string Host(JsonObject destination) => (destination.ObjectAt("destination").TextAt("host") ?? "").Split('.')[0];

    private static string Subset(JsonObject destination) => destination.ObjectAt("destination").TextAt("subset") ?? "";
}
