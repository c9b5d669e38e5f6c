using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Traffic.Alb;

/// <summary>The values of the annotations, with their members in the incumbent's order (TR-ALB-03, TR-ALB-04, TR-ALB-10).</summary>
/// <param name="rollout">The Rollout.</param>
/// <param name="plan">The shares.</param>
internal sealed class AlbActions(Rollout rollout, TrafficPlan plan)
{
    /// <summary>What AWS takes: a second to seven days.</summary>
    private const long LongestStickiness = 604800;

    private readonly AlbRouting _alb = rollout.Spec.Canary!.TrafficRouting!.Alb!;

    /// <summary>Ping-pong goes before the Services of the spec (TR-C-24).</summary>
    private readonly ServicePair _services = plan.PingPong ?? new ServicePair(rollout.Spec.Canary!.CanaryService, rollout.Spec.Canary.StableService);

    /// <summary>Forwards to all versions by their shares: the canary first, an Experiment's, the stable version last.</summary>
    public JsonObject Shares() => Forward(
    [
        Group(_services.Canary, plan.Canary.Weight),
        .. plan.Additional.Select(one => Group(one.ServiceName, one.Weight)),
        Group(_services.Stable, plan.Stable.Weight),
    ]);

    /// <summary>Forwards to the canary, for a header route.</summary>
    public JsonObject CanaryAlone() => Forward(Group(_services.Canary, 100));

    /// <summary>The headers of a route: one of the values of each.</summary>
    public static JsonArray Conditions(SetHeaderRouteStep step) => new(
    [
        .. step.Matches.GroupBy(m => m.HeaderName).Select(header => new JsonObject
        {
            ["field"] = "http-header",
            ["httpHeaderConfig"] = new JsonObject
            {
                ["httpHeaderName"] = header.Key,
                ["values"] = new JsonArray([.. header.Select(m => JsonValue.Create(m.HeaderValue?.Exact ?? ""))]),
            },
        }),
    ]);

    private JsonObject Forward(params JsonNode[] groups)
    {
        var config = new JsonObject { ["TargetGroups"] = new JsonArray(groups) };
        if (_alb.Stickiness is { Enabled: true, DurationSeconds: var seconds })
        {
            if (seconds is < 1 or > LongestStickiness)
                throw new TrafficRoutingException($"TargetGroupStickinessConfig's duration must be between 1 and {LongestStickiness} seconds (7 days)! It is {seconds}");
            config["TargetGroupStickinessConfig"] = new JsonObject { ["Enabled"] = true, ["DurationSeconds"] = seconds };
        }

        return new JsonObject { ["Type"] = "forward", ["ForwardConfig"] = config };
    }

    private JsonObject Group(string service, int weight) => new()
    {
        ["ServiceName"] = service,
        ["ServicePort"] = _alb.ServicePort.ToString(CultureInfo.InvariantCulture),
        ["Weight"] = weight,
    };
}
