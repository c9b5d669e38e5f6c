using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Sources;

namespace Bascule.Sandbox.Gateway;

/// <summary>
/// Tells routing objects how they are served, in their status: the gateway's address, and for the Gateway API whether an
/// object is accepted. Written after the table is in force, so that whoever reads it can rely on it.
/// </summary>
/// <param name="client">Where to write.</param>
/// <param name="address">Where the gateway listens.</param>
/// <param name="time">The time of conditions.</param>
internal sealed class RouteStatuses(IKubeClient client, Uri address, TimeProvider time)
{
    /// <summary>The gateway's name to the Gateway API.</summary>
    public const string ControllerName = "bascule.dev/gateway";

    /// <summary>Writes what is not yet as it should be.</summary>
    /// <param name="objects">The objects whose rules are in force, with what was found wrong with them.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(RouteObjects objects, CancellationToken cancellationToken)
    {
        foreach (var ingress in objects.All(ResourceTypes.Ingresses).Where(i => !IsServedElsewhere(i)))
            await WriteAsync(ResourceTypes.Ingresses, ingress, new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(IngressAddress()) } }, cancellationToken);
        foreach (var gatewayClass in objects.All(RouteTypes.GatewayClasses).Where(c => c.Root.At("spec").Text("controllerName") == ControllerName))
            await WriteAsync(RouteTypes.GatewayClasses, gatewayClass, new JsonObject { ["conditions"] = Conditions(gatewayClass, gatewayClass.Root.At("status"), ("Accepted", "Accepted", "")) }, cancellationToken);
        foreach (var gateway in objects.All(RouteTypes.Gateways))
            await WriteAsync(RouteTypes.Gateways, gateway, Gateway(gateway, objects), cancellationToken);
        foreach (var route in objects.All(RouteTypes.HttpRoutes))
            await WriteAsync(RouteTypes.HttpRoutes, route, new JsonObject { ["parents"] = Parents(route, objects) }, cancellationToken);
    }

    /// <summary>Somebody else wrote where users come in, such as the controller of a cloud's load balancers: two would write in turn for ever.</summary>
    private bool IsServedElsewhere(KubeObject ingress) =>
        ingress.Root.At("status", "loadBalancer").Items("ingress").Any(a => a.Text("ip") != address.Host);

    private JsonObject IngressAddress() => new()
    {
        ["ip"] = address.Host,
        ["ports"] = new JsonArray(new JsonObject { ["port"] = address.Port, ["protocol"] = "TCP" }),
    };

    private JsonObject Gateway(KubeObject gateway, RouteObjects objects)
    {
        var status = gateway.Root.At("status");
        var routes = objects.All(RouteTypes.HttpRoutes).SelectMany(r => HttpRouteParents.Read(r, objects).Where(p => p.Reason == HttpRouteParent.Accepted && p.Reference.Text("name") == gateway.Name)).ToList();
        var listeners = gateway.Root.At("spec").Items("listeners").Select(l =>
        {
            var name = l.Text("name") ?? "";
            var before = status.Items("listeners").FirstOrDefault(s => s.Text("name") == name);
            return (JsonNode)new JsonObject
            {
                ["name"] = name,
                ["attachedRoutes"] = routes.Count(p => p.Reference.Text("sectionName") is not { } section || section == name),
                ["supportedKinds"] = new JsonArray(new JsonObject { ["group"] = RouteTypes.HttpRoutes.Group, ["kind"] = RouteTypes.HttpRoutes.Kind }),
                ["conditions"] = l.Text("protocol") is null or "HTTP"
                    ? Conditions(gateway, before, ("Accepted", "Accepted", ""), ("Programmed", "Programmed", ""), ("ResolvedRefs", "ResolvedRefs", ""))
                    : Conditions(gateway, before, ("Accepted", "UnsupportedProtocol", $"found {l.Text("protocol")}, expected HTTP")),
            };
        });
        return new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "IPAddress", ["value"] = address.Host }),
            ["conditions"] = Conditions(gateway, status, ("Accepted", "Accepted", ""), ("Programmed", "Programmed", $"served at {address}")),
            ["listeners"] = new JsonArray([.. listeners]),
        };
    }

    /// <summary>What this gateway says of a route's parents, after what other controllers say.</summary>
    private JsonArray Parents(KubeObject route, RouteObjects objects)
    {
        var present = route.Root.At("status").Items("parents").ToList();
        var parents = new JsonArray([.. present.Where(p => p.Text("controllerName") != ControllerName).Select(Schema.Json.ToNode)]);
        // Who has just read the rules has noted why they are not served.
        var refusal = objects.Problems.FirstOrDefault(p => ReferenceEquals(p.Source, route))?.Why;
        var unresolved = Unresolved(route, objects);
        foreach (var parent in HttpRouteParents.Read(route, objects))
        {
            var before = present.FirstOrDefault(p => p.Text("controllerName") == ControllerName && Same(p.At("parentRef"), parent.Reference));
            var accepted = refusal is null || parent.Reason != HttpRouteParent.Accepted ? (parent.Reason, parent.Message) : ("UnsupportedValue", refusal);
            parents.Add((JsonNode)new JsonObject
            {
                ["parentRef"] = Schema.Json.ToNode(parent.Reference),
                ["controllerName"] = ControllerName,
                ["conditions"] = Conditions(route, before, ("Accepted", accepted.Item1, accepted.Item2), ("ResolvedRefs", unresolved?.Reason ?? BackendReferences.Resolved, unresolved?.Message ?? "")),
            });
        }

        return parents;
    }

    private static BackendReference? Unresolved(KubeObject route, RouteObjects objects) =>
        route.Root.At("spec").Items("rules").SelectMany(r => r.Items("backendRefs")).Select(b => BackendReferences.Follow(route, b, objects)).FirstOrDefault(b => b.Service is null);

    /// <summary>Conditions for the generation that was served. A reason that is the same word as the type means yes; so does no message.</summary>
    private JsonArray Conditions(KubeObject of, JsonElement before, params ReadOnlySpan<(string Type, string Reason, string Message)> conditions)
    {
        var written = new JsonArray();
        foreach (var (type, reason, message) in conditions)
        {
            var status = type == reason ? "True" : "False";
            var old = before.Items("conditions").FirstOrDefault(c => c.Text("type") == type);
            written.Add((JsonNode)new JsonObject
            {
                ["type"] = type,
                ["status"] = status,
                ["reason"] = reason,
                ["message"] = message,
                ["observedGeneration"] = of.Generation,
                ["lastTransitionTime"] = old.Text("status") == status ? old.Text("lastTransitionTime") : time.GetUtcNow().ToApiTime(),
            });
        }

        return written;
    }

    private static bool Same(JsonElement present, JsonElement wanted) => present.Exists() && JsonElement.DeepEquals(present, wanted);

    private async Task WriteAsync(ResourceType type, KubeObject of, JsonObject status, CancellationToken cancellationToken)
    {
        var present = of.Root.At("status");
        var wanted = status.ToElement();
        if (wanted.EnumerateObject().All(f => Same(present.At(f.Name), f.Value)) || of.DeletionTimestamp is not null)
            return;
        var patch = Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = of.ResourceVersion }, ["status"] = status });
        try
        {
            await client.PatchAsync(type, of.Key, patch, "status", cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Deleted meanwhile; its end is on its way here.
        }
    }
}
