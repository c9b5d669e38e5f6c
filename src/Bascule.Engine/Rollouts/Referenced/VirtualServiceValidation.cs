using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the VirtualServices of Istio (REF-10, REF-11).</summary>
internal static class VirtualServiceValidation
{
    private const string At = "spec.strategy.canary.trafficRouting.istio";

    /// <summary>REF-10: exactly one of the two ways to name VirtualServices.</summary>
    public static FieldError? Form(IstioRouting istio) => istio.VirtualService is null == istio.VirtualServices is null
        ? FieldError.Internal(At, $"found {(istio.VirtualService is null ? "neither" : "both")}, expected either virtualService or virtualServices")
        : null;

    /// <summary>REF-11: the VirtualServices exist.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen, TrafficRouting routing) =>
        from service in RoutingReferences.VirtualServices(seen.Rollout, routing)
        let reference = service.Reference
        where seen.IsMissing(reference)
        select FieldError.Invalid(Path(routing.Istio!), reference.Name, $"{reference.Resource} \"{reference.Name}\" not found in namespace \"{reference.Namespace}\"");

    /// <summary>REF-11: the routes that are to be split exist and lead to both versions.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen, CanaryStrategy canary, TrafficRouting routing)
    {
        foreach (var (reference, routes) in RoutingReferences.VirtualServices(seen.Rollout, routing))
        {
            if (seen.Find(reference) is not { } found)
                continue;
            foreach (var problem in VirtualServiceRoutes.Of(found.Root.Member("spec"), routes, canary).Problems)
                yield return FieldError.Invalid(Path(routing.Istio!), reference.Name, problem);
        }
    }

    private static string Path(IstioRouting istio) => istio.VirtualServices is null ? $"{At}.virtualService.name" : $"{At}.virtualServices.name";
}
