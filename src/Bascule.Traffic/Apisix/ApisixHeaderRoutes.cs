using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Apisix;

/// <summary>
/// The header routes of steps: each is an ApisixRoute of its own, that says what the Rollout's says, for the canary and
/// before it (TR-APX-04 to TR-APX-06).
/// </summary>
/// <param name="type">The type of ApisixRoutes.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="route">The ApisixRoute whose weights it sets.</param>
internal sealed class ApisixHeaderRoutes(ResourceType type, Rollout rollout, KubeObject route)
{
    /// <summary>What to make, to change and to remove.</summary>
    public ImmutableArray<RoutingChange> Changes(TrafficPlan plan, IObjectCache objects)
    {
        var steps = plan.Routes.Select(r => r.Header).OfType<SetHeaderRouteStep>().ToList();
        var gone = rollout.Spec.Canary!.TrafficRouting!.ManagedRoutes.Except(steps.Select(s => s.Name));
        return [.. steps.SelectMany(step => Set(step, objects)), .. gone.SelectMany(name => Remove(name, objects))];
    }

    private ImmutableArray<RoutingChange> Set(SetHeaderRouteStep step, IObjectCache objects)
    {
        if (Find(step.Name, objects) is not { } found)
        {
            var made = Owned.New(type, rollout, step.Name);
            foreach (var field in (string[])["labels", "annotations"])
            {
                if (route.ToNode().ObjectAt("metadata")?[field] is { } value)
                    made.Child("metadata")[field] = value.DeepClone();
            }

            made["spec"] = Spec(step);
            return [new(type, null, made)];
        }

        Owned.Demand(found, rollout, $"duplicate ApisixRoute [{step.Name}] already exists");
        var after = found.ToNode();
        after["spec"] = Spec(step);
        return RoutingChange.Of(type, found, after);
    }

    /// <summary>Somebody else's of this name is none of ours.</summary>
    private ImmutableArray<RoutingChange> Remove(string name, IObjectCache objects) =>
        Find(name, objects) is { } found && found.ControllerUid == rollout.Meta.Uid ? [new(type, found, null)] : [];

    private KubeObject? Find(string name, IObjectCache objects) => objects.Get(type, new(rollout.Meta.Namespace, name));

    private JsonNode Spec(SetHeaderRouteStep step)
    {
        var canary = rollout.Spec.Canary!;
        var copy = route.ToNode();
        foreach (var rule in ApisixRule.Chosen(copy, canary.TrafficRouting!.Apisix!))
        {
            rule.Backend(canary.CanaryService).SetWrittenWeight(100);
            rule.Backends.Remove(rule.Backend(canary.StableService));
            rule.Json["priority"] = (rule.Json.NumberAt("priority") ?? 0) + 1;
            rule.Json.Child("match")["exprs"] = new JsonArray([.. step.Matches.Select(Expression)]);
        }

        return copy["spec"]!.DeepClone();
    }

    /// <summary>TR-APX-05.</summary>
    private static JsonObject Expression(HeaderMatch match)
    {
        var (operation, value) = match.HeaderValue switch
        {
            { Exact: { Length: > 0 } exact } => ("Equal", exact),
            { Regex: { Length: > 0 } regex } => ("RegexMatch", regex),
            var prefix => ("RegexMatch", $"^{prefix?.Prefix}.*"),
        };
        return new JsonObject
        {
            ["subject"] = new JsonObject { ["scope"] = "Header", ["name"] = match.HeaderName },
            ["op"] = operation,
            ["value"] = value,
        };
    }
}
