using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the Ingresses of ingress-nginx and the AWS load balancer controller (REF-8, REF-9).</summary>
internal static class IngressValidation
{
    private const string At = "spec.strategy.canary.trafficRouting";

    /// <summary>REF-8: each router names its Ingresses in exactly one of two ways.</summary>
    public static IEnumerable<FieldError> Forms(CanaryStrategy canary)
    {
        if (canary.TrafficRouting?.Nginx is { } nginx && Form("nginx", "stableIngress", nginx.StableIngress, canary) is { } inNginx)
            yield return inNginx;
        if (canary.TrafficRouting?.Alb is { } alb && Form("alb", "ingress", alb.Ingress, canary) is { } inAlb)
            yield return inAlb;
    }

    /// <summary>REF-9: the Ingresses exist.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen, CanaryStrategy canary) =>
        from place in Places(canary)
        let reference = new ObjectReference(ReferencedKind.Ingress, seen.Rollout.Meta.Namespace, place.Ingress)
        where seen.IsMissing(reference)
        select FieldError.Invalid(place.Path, place.Ingress, $"{reference.Resource} \"{place.Ingress}\" not found");

    /// <summary>REF-9: each Ingress sends somebody to the Service that is to be split.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen, CanaryStrategy canary) =>
        from place in Places(canary)
        let ingress = seen.Find(new(ReferencedKind.Ingress, seen.Rollout.Meta.Namespace, place.Ingress))
        where ingress is not null && !HasBackend(ingress.Root, place.Service)
        select FieldError.Invalid(place.Path, place.Ingress, $"the Ingress \"{place.Ingress}\" has no rule whose backend is the Service \"{place.Service}\"");

    private static FieldError? Form(string router, string field, string one, CanaryStrategy canary)
    {
        var several = canary.TrafficRouting!.Root.Member(router).Raw($"{field}es") is { ValueKind: JsonValueKind.Array };
        return several == (one.Length > 0)
            ? FieldError.Internal($"{At}.{router}", $"found {(several ? "both" : "neither")}, expected either {field} or {field}es")
            : null;
    }

    private static IEnumerable<(string Path, string Ingress, string Service)> Places(CanaryStrategy canary)
    {
        if (canary.TrafficRouting?.Nginx is { } nginx)
        {
            foreach (var ingress in nginx.All)
                yield return (ingress == nginx.StableIngress ? $"{At}.nginx.stableIngress" : $"{At}.nginx.stableIngresses", ingress, canary.StableService);
        }

        if (canary.TrafficRouting?.Alb is { } alb)
        {
            foreach (var ingress in alb.All)
                yield return (ingress == alb.Ingress ? $"{At}.alb.ingress" : $"{At}.alb.ingresses", ingress, alb.RootService.Length > 0 ? alb.RootService : canary.StableService);
        }
    }

    private static bool HasBackend(JsonElement ingress, string service) =>
        ingress.Member("spec").Items("rules")
            .SelectMany(rule => rule.Member("http").Items("paths"))
            .Any(path => path.Member("backend").Member("service").Text("name") == service);
}
