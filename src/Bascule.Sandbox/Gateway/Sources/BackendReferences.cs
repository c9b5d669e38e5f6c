using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>Where a reference of an HTTPRoute leads.</summary>
/// <param name="Service">The Service; null when the reference cannot be followed.</param>
/// <param name="Reason">The specification's reason of <c>ResolvedRefs</c>.</param>
/// <param name="Message">A sentence for people; empty when all is well.</param>
internal sealed record BackendReference(ServiceRef? Service, string Reason, string Message);

/// <summary>Follows the references of HTTPRoutes by the rules of the specification.</summary>
internal static class BackendReferences
{
    /// <summary>The reason when all is well.</summary>
    public const string Resolved = "ResolvedRefs";

    /// <summary>Follows one.</summary>
    public static BackendReference Follow(KubeObject route, JsonElement reference, RouteObjects objects)
    {
        if (((reference.Text("group") ?? ""), (reference.Text("kind") ?? "Service")) is not ("", "Service"))
            return new(null, "InvalidKind", $"found {reference.Text("kind")} of group '{reference.Text("group")}', expected a Service");
        var key = new ObjectKey(reference.Text("namespace") ?? route.Namespace, reference.Text("name") ?? "");
        if (key.Namespace != route.Namespace && !IsGranted(route, key, objects))
            return new(null, "RefNotPermitted", $"no ReferenceGrant in namespace {key.Namespace} lets HTTPRoutes of {route.Namespace} name Service {key.Name}");
        return objects.Get(ResourceTypes.Services, key) is null
            ? new(null, "BackendNotFound", $"there is no Service {key}")
            : new(new ServiceRef(key.Namespace!, key.Name, reference.Port("port")), Resolved, "");
    }

    private static bool IsGranted(KubeObject route, ObjectKey service, RouteObjects objects) =>
        objects.All(RouteTypes.ReferenceGrants).Where(g => g.Namespace == service.Namespace).Select(g => g.Root.At("spec")).Any(grant =>
            grant.Items("from").Any(f => f.Text("group") == RouteTypes.HttpRoutes.Group && f.Text("kind") == RouteTypes.HttpRoutes.Kind && f.Text("namespace") == route.Namespace)
            && grant.Items("to").Any(t => string.IsNullOrEmpty(t.Text("group")) && t.Text("kind") == "Service" && (t.Text("name") is not { Length: > 0 } name || name == service.Name)));
}
