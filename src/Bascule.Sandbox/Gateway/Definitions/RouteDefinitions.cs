using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Gateway.Definitions;

/// <summary>
/// The kinds that a cluster with ingress controllers and meshes has. They take any fields: who wants them checked applies
/// the makers' own definitions, which replace these.
/// </summary>
internal static class RouteDefinitions
{
    private static readonly ImmutableArray<Definition> s_all =
    [
        new("gateway.networking.k8s.io", "GatewayClass", "gatewayclasses", ["v1", "v1beta1"]) { ShortNames = ["gc"], IsClusterWide = true },
        new("gateway.networking.k8s.io", "Gateway", "gateways", ["v1", "v1beta1"]) { ShortNames = ["gtw"], Columns = [("Class", ".spec.gatewayClassName"), ("Address", ".status.addresses[*].value"), ("Programmed", ".status.conditions[?(@.type==\"Programmed\")].status")] },
        new("gateway.networking.k8s.io", "HTTPRoute", "httproutes", ["v1", "v1beta1"]) { Columns = [("Hostnames", ".spec.hostnames")] },
        new("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes", ["v1"]) { Columns = [("Hostnames", ".spec.hostnames")] },
        new("gateway.networking.k8s.io", "TCPRoute", "tcproutes", ["v1alpha2"]),
        new("gateway.networking.k8s.io", "TLSRoute", "tlsroutes", ["v1alpha2"]),
        new("gateway.networking.k8s.io", "ReferenceGrant", "referencegrants", ["v1beta1"]) { ShortNames = ["refgrant"] },
        new("networking.istio.io", "Gateway", "gateways", ["v1", "v1beta1", "v1alpha3"]) { ShortNames = ["gw"] },
        new("networking.istio.io", "VirtualService", "virtualservices", ["v1", "v1beta1", "v1alpha3"]) { ShortNames = ["vs"], Columns = [("Gateways", ".spec.gateways"), ("Hosts", ".spec.hosts")] },
        new("networking.istio.io", "DestinationRule", "destinationrules", ["v1", "v1beta1", "v1alpha3"]) { ShortNames = ["dr"], Columns = [("Host", ".spec.host")] },
        new("split.smi-spec.io", "TrafficSplit", "trafficsplits", ["v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"]) { ShortNames = ["ts"], Columns = [("Service", ".spec.service")] },
        new("traefik.io", "IngressRoute", "ingressroutes", ["v1alpha1"]),
        new("traefik.io", "TraefikService", "traefikservices", ["v1alpha1"]),
        new("traefik.containo.us", "TraefikService", "traefikservices", ["v1alpha1"]),
        new("apisix.apache.org", "ApisixRoute", "apisixroutes", ["v2"]) { ShortNames = ["ar"] },
        new("getambassador.io", "Mapping", "mappings", ["v3alpha1", "v2"]) { Columns = [("Host", ".spec.host"), ("Prefix", ".spec.prefix"), ("Service", ".spec.service")] },
        new("appmesh.k8s.aws", "VirtualService", "virtualservices", ["v1beta2"]),
        new("appmesh.k8s.aws", "VirtualRouter", "virtualrouters", ["v1beta2"]),
        new("appmesh.k8s.aws", "VirtualNode", "virtualnodes", ["v1beta2"]),
        new("elbv2.k8s.aws", "TargetGroupBinding", "targetgroupbindings", ["v1beta1"]),
    ];

    /// <summary>Creates all.</summary>
    public static async Task InstallAsync(IKubeClient client, CancellationToken cancellationToken)
    {
        foreach (var definition in s_all)
            await client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, definition.ToObject(), cancellationToken);
    }

    /// <summary>One kind.</summary>
    /// <param name="Group">Its API group.</param>
    /// <param name="Kind">Its name.</param>
    /// <param name="Plural">Its name in addresses.</param>
    /// <param name="Versions">Those that are served, which differ in name only; the first is stored.</param>
    private sealed record Definition(string Group, string Kind, string Plural, ImmutableArray<string> Versions)
    {
        public ImmutableArray<string> ShortNames { get; init; } = [];

        public bool IsClusterWide { get; init; }

        public ImmutableArray<(string Name, string Path)> Columns { get; init; } = [];

        public JsonObject ToObject() => new()
        {
            ["apiVersion"] = ResourceTypes.CustomResourceDefinitions.ApiVersion,
            ["kind"] = ResourceTypes.CustomResourceDefinitions.Kind,
            ["metadata"] = new JsonObject { ["name"] = $"{Plural}.{Group}", ["annotations"] = Annotations() },
            ["spec"] = new JsonObject
            {
                ["group"] = Group,
                ["scope"] = IsClusterWide ? "Cluster" : "Namespaced",
                ["names"] = new JsonObject { ["kind"] = Kind, ["listKind"] = Kind + "List", ["plural"] = Plural, ["singular"] = Kind.ToLowerInvariant(), ["shortNames"] = new JsonArray([.. ShortNames.Select(s => (JsonNode)s)]) },
                ["versions"] = new JsonArray([.. Versions.Select((version, i) => (JsonNode)Version(version, isStored: i == 0))]),
            },
        };

        private JsonObject Version(string name, bool isStored) => new JsonObject
        {
            ["name"] = name,
            ["served"] = true,
            ["storage"] = isStored,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = Open(), ["status"] = Open() } } },
            ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
            ["additionalPrinterColumns"] = new JsonArray(
            [
                .. Columns.Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["type"] = "string", ["jsonPath"] = c.Path }),
                new JsonObject { ["name"] = "Age", ["type"] = "date", ["jsonPath"] = ".metadata.creationTimestamp" },
            ]),
        };

        /// <summary>Kubernetes keeps groups of its own domain for kinds that it has reviewed, which these are not.</summary>
        private JsonObject Annotations() =>
            Group.EndsWith(".k8s.io", StringComparison.Ordinal) ? new() { ["api-approved.kubernetes.io"] = "unapproved, served by a sandbox" } : [];

        private static JsonObject Open() => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
    }
}
