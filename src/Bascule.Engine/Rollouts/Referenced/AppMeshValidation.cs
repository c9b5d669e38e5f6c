using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the VirtualService of App Mesh and its VirtualRouter (REF-13).</summary>
internal static class AppMeshValidation
{
    /// <summary>Not spelled as the field is: the reference's path is part of what others look for.</summary>
    private const string At = "spec.strategy.canary.trafficRouting.appmesh.virtualService";

    private static readonly string[] RouteKinds = ["httpRoute", "tcpRoute", "http2Route", "grpcRoute"];

    /// <summary>There is a VirtualService, it exists, it uses a VirtualRouter, and that exists.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen, AppMeshRouting appMesh)
    {
        if (!appMesh.HasVirtualService)
        {
            yield return FieldError.Invalid(At, "null", "must name a VirtualService");
            yield break;
        }

        var reference = new ObjectReference(ReferencedKind.AppMeshVirtualService, seen.Rollout.Meta.Namespace, appMesh.VirtualServiceName);
        var text = $"{reference.Name}.{reference.Namespace}";
        if (seen.IsMissing(reference))
            yield return FieldError.Invalid(At, text, $"{reference.Resource} \"{reference.Name}\" not found");
        if (seen.Find(reference) is not { } service)
            yield break;
        if (RoutingReferences.Of(service) is not { } router)
            yield return FieldError.Invalid(At, text, $"the VirtualService \"{reference.Name}\" uses no VirtualRouter");
        else if (seen.IsMissing(router))
            yield return FieldError.Invalid(At, text, $"{router.Resource} \"{router.Name}\" not found");
    }

    /// <summary>Each route of the VirtualRouter has two targets to divide requests between.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen, AppMeshRouting appMesh)
    {
        var service = seen.Find(new(ReferencedKind.AppMeshVirtualService, seen.Rollout.Meta.Namespace, appMesh.VirtualServiceName));
        if (service is null || RoutingReferences.Of(service) is not { } reference || seen.Find(reference) is not { } router)
            yield break;
        var routes = router.Root.Member("spec").Items("routes").ToList();
        if (routes.Count == 0)
            yield return FieldError.Invalid("spec.routes", reference.Name, $"the VirtualRouter \"{reference.Name}\" has no routes");
        for (var i = 0; i < routes.Count; i++)
        {
            if (Problem(routes[i], string.Create(CultureInfo.InvariantCulture, $"spec.routes[{i}]"), reference.Name) is { } problem)
                yield return problem;
        }
    }

    private static FieldError? Problem(JsonElement route, string path, string router)
    {
        var name = route.Text("name");
        if (RouteKinds.FirstOrDefault(k => route.MemberOrNull(k) is not null) is not { } kind)
            return FieldError.Invalid(path, router, $"the route \"{name}\" is none of {string.Join(", ", RouteKinds)}");
        var targets = route.Member(kind).Member("action").Items("weightedTargets").Count();
        return targets == 2
            ? null
            : FieldError.Invalid($"{path}.{kind}.action.weightedTargets", router, $"the route \"{name}\" has {targets} weightedTargets, expected 2");
    }
}
