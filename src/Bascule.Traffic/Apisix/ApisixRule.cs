using System.Text.Json.Nodes;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Apisix;

/// <summary>A rule of an ApisixRoute that the Rollout names (TR-APX-02).</summary>
/// <param name="Where">Which it is, for messages.</param>
/// <param name="Json">The rule, in the route's copy.</param>
/// <param name="Backends">Its backends.</param>
internal sealed record ApisixRule(string Where, JsonObject Json, JsonArray Backends)
{
    /// <summary>The rules of a route that the Rollout names; none named means the one named like the route (TR-APX-01).</summary>
    /// <param name="route">The route, to be edited.</param>
    /// <param name="routing">Names the rules.</param>
    /// <exception cref="TrafficRoutingException">The route is not as it should be.</exception>
    public static IReadOnlyList<ApisixRule> Chosen(JsonObject route, ApisixRouting routing)
    {
        var name = $"ApisixRoute `{route.ObjectAt("metadata").TextAt("name")}`";
        if (route.ObjectAt("spec")?["http"] is not JsonArray rules)
            throw new TrafficRoutingException($"spec.http was not found in Apisix Route manifest: {name} should list the rules there");

        var named = rules.Select((rule, i) => (Rule: rule as JsonObject, Name: rule.TextAt("name")
            ?? throw new TrafficRoutingException($"Apisix http route rule name field not found: {name}, spec.http[{i}]"))).ToList();
        return
        [
            .. (routing.Rules.IsEmpty ? [routing.RouteName] : routing.Rules).Distinct().Select(chosen =>
            {
                var rule = named.Find(r => r.Name == chosen).Rule ?? throw new TrafficRoutingException(
                    $"Apisix http route rule {chosen} not found: {name} has the rules {Listed.Of(named.Select(r => r.Name))}");
                return new ApisixRule($"{name}, rule `{chosen}`", rule, rule["backends"] as JsonArray
                    ?? throw new TrafficRoutingException($"Apisix http route backends not found: {name}, rule `{chosen}`"));
            }),
        ];
    }

    /// <summary>The first backend of a Service, as with the incumbent.</summary>
    /// <exception cref="TrafficRoutingException">There is none.</exception>
    public JsonObject Backend(string service)
    {
        var named = Backends.Select((backend, i) => (Backend: backend as JsonObject, Service: backend.TextAt("serviceName")
            ?? throw new TrafficRoutingException($"serviceName field was not found in backend: {Where}, backends[{i}]"))).ToList();
        return named.Find(b => b.Service == service).Backend ?? throw new TrafficRoutingException(
            $"apisix route {service} backend was not found: {Where} has the backends {Listed.Of(named.Select(b => b.Service))}");
    }
}
