using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>The columns of what connects pods.</summary>
internal static class NetworkColumns
{
    private const int MostShown = 3;

    /// <summary>Services.</summary>
    public static IReadOnlyList<Column> Services { get; } =
    [
        Column.NameColumn,
        Column.Text("Type", o => o.Root.Text("spec", "type")),
        Column.Text("Cluster-IP", o => o.Root.Text("spec", "clusterIP").Or(Words.None)),
        Column.Text("External-IP", ExternalIp),
        Column.Text("Port(s)", o => string.Join(',', o.Root.Items("spec", "ports").Select(ServicePort)).Or(Words.None)),
        Column.Age,
        Column.Wide("Selector", o => Words.Labels(o.Root.At("spec", "selector"))),
    ];

    /// <summary>Endpoints.</summary>
    public static IReadOnlyList<Column> Endpoints { get; } =
    [
        Column.NameColumn,
        Column.Text("Endpoints", o => Shortened(
            [.. o.Root.Items("subsets").SelectMany(s => s.Items("ports").DefaultIfEmpty().SelectMany(p => s.Items("addresses").Select(a => p.ValueKind == JsonValueKind.Object ? $"{a.Text("ip")}:{p.Number("port")}" : a.Text("ip"))))],
            Words.None)),
        Column.Age,
    ];

    /// <summary>EndpointSlices.</summary>
    public static IReadOnlyList<Column> EndpointSlices { get; } =
    [
        Column.NameColumn,
        Column.Text("AddressType", o => o.Root.Text("addressType")),
        Column.Text("Ports", o => Shortened([.. o.Root.Items("ports").Select(p => p.Number("port") is not 0 and var port ? $"{port}" : "*")], Words.Unset)),
        Column.Text("Endpoints", o => Shortened([.. o.Root.Items("endpoints").SelectMany(e => e.Items("addresses")).Select(a => a.ToString())], Words.Unset)),
        Column.Age,
    ];

    /// <summary>Ingresses.</summary>
    public static IReadOnlyList<Column> Ingresses { get; } =
    [
        Column.NameColumn,
        Column.Text("Class", o => o.Root.Text("spec", "ingressClassName").Or(Words.None)),
        Column.Text("Hosts", o => Shortened([.. o.Root.Items("spec", "rules").Select(r => r.Text("host")).Where(h => h.Length > 0)], "*")),
        Column.Text("Address", o => LoadBalancer(o.Root)),
        Column.Text("Ports", o => o.Root.Items("spec", "tls").Any() ? "80, 443" : "80"),
        Column.Age,
    ];

    /// <summary>IngressClasses.</summary>
    public static IReadOnlyList<Column> IngressClasses { get; } =
    [
        Column.NameColumn,
        Column.Text("Controller", o => o.Root.Text("spec", "controller")),
        Column.Text("Parameters", o => o.Root.At("spec", "parameters") is { ValueKind: JsonValueKind.Object } p ? $"{p.Text("kind")}{(p.Text("apiGroup").Length > 0 ? "." : "")}{p.Text("apiGroup")}/{p.Text("name")}" : Words.None),
        Column.Age,
    ];

    /// <summary>NetworkPolicies.</summary>
    public static IReadOnlyList<Column> NetworkPolicies { get; } =
        [Column.NameColumn, Column.Text("Pod-Selector", o => Words.Selector(o.Root.At("spec", "podSelector"))), Column.Age];

    private static string ServicePort(JsonElement port) =>
        port.Number("nodePort") is not 0 and var nodePort ? $"{port.Number("port")}:{nodePort}/{port.Text("protocol")}" : $"{port.Number("port")}/{port.Text("protocol")}";

    private static string ExternalIp(KubeObject service)
    {
        var fixedAddresses = string.Join(',', service.Root.Items("spec", "externalIPs"));
        return service.Root.Text("spec", "type") switch
        {
            "ExternalName" => service.Root.Text("spec", "externalName"),
            "LoadBalancer" => string.Join(',', new[] { LoadBalancer(service.Root), fixedAddresses }.Where(a => a.Length > 0)).Or("<pending>"),
            _ => fixedAddresses.Or(Words.None),
        };
    }

    private static string LoadBalancer(JsonElement root) =>
        string.Join(',', root.Items("status", "loadBalancer", "ingress").Select(i => i.Text("ip").Or(i.Text("hostname"))));

    private static string Shortened(IReadOnlyList<string> values, string none) => values.Count switch
    {
        0 => none,
        <= MostShown => string.Join(',', values),
        _ => $"{string.Join(',', values.Take(MostShown))} + {values.Count - MostShown} more...",
    };
}
