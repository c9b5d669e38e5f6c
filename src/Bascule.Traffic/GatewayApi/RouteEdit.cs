using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.GatewayApi;

/// <summary>Sets the weights of a route's backends, and the rules for headers that steps ask for.</summary>
/// <param name="rollout">The Rollout.</param>
/// <param name="plan">How to share out the traffic.</param>
/// <param name="settings">What the Rollout says to the router.</param>
/// <param name="objects">The Services of Experiments.</param>
internal sealed partial class RouteEdit(Rollout rollout, TrafficPlan plan, GatewayApiRouting settings, IObjectCache objects)
{
    private const int PortOfServicesWithout = 8080;

    private readonly string canary = plan.Canary.ServiceName;
    private readonly string stable = plan.Stable.ServiceName;

    /// <summary>The object as it should be.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="found">The object as it is.</param>
    /// <param name="choice">What the Rollout says of it.</param>
    /// <exception cref="TrafficRoutingException">It does not lead to both Services.</exception>
    public JsonObject Edited(ResourceType type, KubeObject found, GatewayApiRoutes choice)
    {
        var after = found.ToNode();
        var spec = after.Child("spec");
        var headers = new HeaderRules(rollout.Spec.Canary!.TrafficRouting!.ManagedRoutes, plan.Routes, canary);
        var own = spec.ObjectsAt("rules").Where(r => !headers.IsOne(r)).ToList();
        foreach (var service in (string[])[canary, stable])
        {
            if (!own.Exists(r => Leads(r, service)))
                throw new TrafficRoutingException($"backendRef was not found in {type.Kind} `{found.Name}`: no rule leads to the Service \"{service}\"");
        }

        foreach (var rule in own)
            Weigh(rule, choice);
        if (choice.WithHeaderRoutes)
            spec["rules"] = headers.Among((JsonArray)spec["rules"]!, own.Where(r => Leads(r, canary) && Leads(r, stable)));
        Mark(after);
        return after;
    }

    /// <summary>TR-GW-04 and TR-GW-06. Of what else is there, only what an Experiment of this Rollout has left goes.</summary>
    private void Weigh(JsonObject rule, GatewayApiRoutes choice)
    {
        if (!Leads(rule, canary) && !Leads(rule, stable))
            return;
        var backends = (JsonArray)rule["backendRefs"]!;
        var left = plan.Additional.ToDictionary(a => a.ServiceName, StringComparer.Ordinal);
        foreach (var backend in backends.OfType<JsonObject>().ToList())
        {
            var name = backend.TextAt("name") ?? "";
            if (name == canary)
                backend.SetWrittenWeight(plan.Canary.Weight);
            else if (name == stable)
                backend.SetWrittenWeight(plan.Stable.Weight);
            else if (left.Remove(name, out var one))
                backend.SetWrittenWeight(one.Weight);
            else if (IsOfAnExperiment(name))
                backends.Remove(backend);
        }

        if (choice.Kind != GatewayApiKind.HttpRoute)
            return;
        foreach (var one in left.Values.OrderBy(a => a.ServiceName, StringComparer.Ordinal))
        {
            backends.Add((JsonNode)new JsonObject
            {
                ["group"] = "",
                ["kind"] = "Service",
                ["name"] = one.ServiceName,
                ["namespace"] = rollout.Meta.Namespace,
                ["port"] = PortOf(one.ServiceName),
                ["weight"] = one.Weight,
            });
        }
    }

    private long PortOf(string service)
    {
        var found = objects.Get(ResourceTypes.Services, new(rollout.Meta.Namespace, service))
            ?? throw new TrafficRoutingException($"Service `{service}` of the Experiment not found in namespace {rollout.Meta.Namespace}");
        var ports = found.ToNode()["spec"].ObjectsAt("ports").ToList();
        return (ports.Find(p => p.TextAt("name") == "http") ?? ports.FirstOrDefault()).NumberAt("port") ?? PortOfServicesWithout;
    }

    /// <summary>Named after this Rollout, a version, a revision and a step (NAME-12).</summary>
    private bool IsOfAnExperiment(string service) =>
        service.StartsWith($"{rollout.Name}-", StringComparison.Ordinal) && VersionAndStep().IsMatch(service[(rollout.Name.Length + 1)..]);

    /// <summary>TR-GW-05.</summary>
    private void Mark(JsonObject after)
    {
        if (settings.InProgress is not var (key, value))
            return;
        var metadata = after.Child("metadata");
        if (plan.Canary.Weight > 0)
            metadata.Child("labels").SetText(key, value);
        else if (metadata.ObjectAt("labels") is { } labels && labels.Remove(key) && labels.Count == 0)
            metadata.Remove("labels");
    }

    private static bool Leads(JsonObject rule, string service) => rule.ObjectsAt("backendRefs").Any(b => b.TextAt("name") == service);

    [GeneratedRegex("^[a-z0-9]+-[0-9]+-[0-9]+-")]
    private static partial Regex VersionAndStep();
}
