using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Sources;

namespace Bascule.Sandbox.Gateway.Definitions;

/// <summary>
/// What users of a gateway look for: the Service of Istio's, <c>istio-system/istio-ingressgateway</c>, which here leads to
/// the sandbox's own, so that the commands of Istio's guides answer and pods can reach it; and a class for the Gateway API.
/// </summary>
internal static class GatewayObjects
{
    private const string Namespace = "istio-system";
    private const string Name = "istio-ingressgateway";

    private const string ClassName = "bascule";

    /// <summary>Creates them. The kinds of the Gateway API must be known.</summary>
    public static async Task InstallAsync(IKubeClient client, Uri gateway, CancellationToken cancellationToken)
    {
        await client.CreateAsync(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, cancellationToken);
        var service = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { ["istio"] = "ingressgateway" } },
            ["spec"] = new JsonObject
            {
                ["type"] = "LoadBalancer",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "http2", ["port"] = 80, ["targetPort"] = gateway.Port }),
            },
        };
        var created = await client.CreateAsync(ResourceTypes.Services, Namespace, service, cancellationToken);
        var address = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = gateway.Host, ["ports"] = new JsonArray(new JsonObject { ["port"] = gateway.Port, ["protocol"] = "TCP" }) }) } };
        await client.PatchAsync(ResourceTypes.Services, created.Key, Patch.Merge(new JsonObject { ["status"] = address }), "status", cancellationToken);
        var slice = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = Name } },
            ["addressType"] = "IPv4",
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http2", ["port"] = gateway.Port, ["protocol"] = "TCP" }),
            ["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(gateway.Host), ["conditions"] = new JsonObject { ["ready"] = true } }),
        };
        await client.CreateAsync(ResourceTypes.EndpointSlices, Namespace, slice, cancellationToken);
        var gatewayClass = new JsonObject { ["metadata"] = new JsonObject { ["name"] = ClassName }, ["spec"] = new JsonObject { ["controllerName"] = RouteStatuses.ControllerName } };
        await client.CreateAsync(RouteTypes.GatewayClasses, null, gatewayClass, cancellationToken);
    }
}
