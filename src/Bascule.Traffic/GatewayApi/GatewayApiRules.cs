using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.GatewayApi;

/// <summary>
/// The Gateway API, built in under a field of its own and under the name of the plugin that the incumbent needs for it, so
/// that manifests which name the plugin work as they are (TR-GW rows).
/// </summary>
/// <param name="types">In which versions.</param>
/// <param name="asPlugin">Goes by what a Rollout says to the plugin, not by the field.</param>
public sealed class GatewayApiRules(RoutingTypes types, bool asPlugin) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => asPlugin ? $"{TrafficRouter.Plugins.FieldName()}/{GatewayApiRouting.Plugin}" : TrafficRouter.GatewayApi.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        var space = Space(rollout);
        var routes = Settings(rollout).Routes.Select(r => new RoutingReference(TypeOf(r.Kind), space, r.Name));
        var services = HasExperiments(rollout) ? [new RoutingReference(ResourceTypes.Services, rollout.Meta.Namespace, null)] : ImmutableArray<RoutingReference>.Empty;
        return [.. routes.Concat(services).Distinct()];
    }

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var settings = Settings(rollout);
        if (settings.Routes.IsEmpty)
            throw new TrafficRoutingException("No routes configured. At least one of httpRoute, grpcRoute, tcpRoute, tlsRoute, their lists or their selectors must be set");
        var edit = new RouteEdit(rollout, plan, settings, objects);
        return
        [
            .. from route in Routes(rollout, objects)
               let type = TypeOf(route.Choice.Kind)
               from change in RoutingChange.Of(type, route.Found, edit.Edited(type, route.Found, route.Choice))
               select change,
        ];
    }

    /// <summary>
    /// What the gateways say of the routes in <c>status.parents</c>: that they have taken the present generation. The plugin
    /// always says yes (TR-GW-08); routes that no gateway speaks of are not waited for.
    /// </summary>
    public override bool? Verified(Rollout rollout, IObjectCache objects)
    {
        var parents = Routes(rollout, objects).SelectMany(r => r.Found.Root.Member("status").Items("parents").Select(p => (r.Found.Generation, Parent: p))).ToList();
        return parents.Count == 0 ? null : parents.TrueForAll(p => IsAccepted(p.Parent, p.Generation));
    }

    private static bool IsAccepted(JsonElement parent, long generation) => parent.Items("conditions")
        .Any(c => c.Text("type") == "Accepted" && c.Text("status") == "True" && (c.Long("observedGeneration") ?? generation) >= generation);

    private IEnumerable<(KubeObject Found, GatewayApiRoutes Choice)> Routes(Rollout rollout, IObjectCache objects)
    {
        var space = Space(rollout);
        var seen = new HashSet<(GatewayApiKind, string)>();
        foreach (var choice in Settings(rollout).Routes)
        {
            IEnumerable<KubeObject> found = choice.Name is { } name
                ? [Existing(objects, TypeOf(choice.Kind), new(space, name))]
                : objects.List(TypeOf(choice.Kind), space).Where(o => choice.Selector!.Matches(o.Labels)).OrderBy(o => o.Name, StringComparer.Ordinal);
            foreach (var route in found.Where(o => seen.Add((choice.Kind, o.Name))))
                yield return (route, choice);
        }
    }

    private ResourceType TypeOf(GatewayApiKind kind) => kind switch
    {
        GatewayApiKind.HttpRoute => types.HttpRoutes,
        GatewayApiKind.GrpcRoute => types.GrpcRoutes,
        GatewayApiKind.TcpRoute => types.TcpRoutes,
        GatewayApiKind.TlsRoute => types.TlsRoutes,
    };

    private GatewayApiRouting Settings(Rollout rollout)
    {
        var routing = rollout.Spec.Canary!.TrafficRouting!;
        return asPlugin ? GatewayApiRouting.Read(routing.Plugins[GatewayApiRouting.Plugin]) : routing.GatewayApi!;
    }

    private string Space(Rollout rollout) => Settings(rollout).Namespace ?? rollout.Meta.Namespace;

    private static bool HasExperiments(Rollout rollout) => rollout.Spec.Canary!.Steps.Any(s => s.Part<ExperimentStep>() is not null);
}
