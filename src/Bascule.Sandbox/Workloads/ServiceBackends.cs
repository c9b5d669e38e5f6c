using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>A port of a Service as one pod serves it.</summary>
/// <param name="Name">The Service's name for it; empty for an only port.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Number">The port on the pod.</param>
/// <param name="AppProtocol">The Service's hint; null without one.</param>
internal readonly record struct BackendPort(string Name, string Protocol, int Number, string? AppProtocol);

/// <summary>A pod behind a Service.</summary>
/// <param name="Pod">The pod; it has an address.</param>
/// <param name="Ports">The ports it serves, in the Service's order.</param>
/// <param name="IsServing">It passes its readiness checks, ending or not, or the Service does not ask for that.</param>
/// <param name="IsReady">It takes new connections: serving, and not being deleted unless the Service does not mind.</param>
internal sealed record Backend(PodFacts Pod, ImmutableArray<BackendPort> Ports, bool IsServing, bool IsReady);

/// <summary>Which pods stand behind a Service. Pure.</summary>
internal static class ServiceBackends
{
    /// <summary>The pods that the selector finds and that have an address and have not ended, in the order of their names.</summary>
    public static ImmutableArray<Backend> Of(KubeObject service, IEnumerable<KubeObject> pods)
    {
        var spec = service.Root.At("spec");
        var selector = spec.TextMap("selector").ToList();
        var tolerant = spec.IsTrue("publishNotReadyAddresses");
        var ports = spec.Items("ports").ToList();
        return
        [
            .. pods
                .Where(p => selector.TrueForAll(s => p.Labels.TryGetValue(s.Key, out var value) && value == s.Value))
                .Select(PodFacts.Of)
                .Where(p => p.Ip.Length > 0 && !p.IsTerminal)
                .OrderBy(p => p.Object.Name, StringComparer.Ordinal)
                .Select(p => new Backend(
                    p,
                    [.. ports.Select(port => Resolve(port, p.Object)).OfType<BackendPort>()],
                    IsServing: tolerant || p.IsReady,
                    IsReady: tolerant || (p.IsReady && !p.IsTerminating))),
        ];
    }

    /// <summary>Services without a selector, and names for hosts outside, are left to their users.</summary>
    public static bool IsManaged(KubeObject service) =>
        service.DeletionTimestamp is null && service.Root.At("spec").TextMap("selector").Any() && service.Root.At("spec").Text("type") != "ExternalName";

    /// <summary>Without an address of its own.</summary>
    public static bool IsHeadless(KubeObject service) => service.Root.At("spec").Text("clusterIP") == "None";

    /// <summary>A named target port means whatever port of that name a pod has, so pods may differ; null when it has none.</summary>
    private static BackendPort? Resolve(JsonElement port, KubeObject pod)
    {
        var protocol = port.Text("protocol") ?? "TCP";
        var target = port.At("targetPort");
        var number = target.ValueKind switch
        {
            JsonValueKind.Number => target.GetInt32(),
            JsonValueKind.String => Named(pod, target.GetString()!, protocol),
            _ => port.Int("port"),
        };
        return number is null ? null : new BackendPort(port.Text("name") ?? "", protocol, number.Value, port.Text("appProtocol"));
    }

    private static int? Named(KubeObject pod, string name, string protocol) =>
        pod.Root.At("spec").Items("containers")
            .Concat(pod.Root.At("spec").Items("initContainers").Where(c => c.Text("restartPolicy") == "Always"))
            .SelectMany(c => c.Items("ports"))
            .Where(p => p.Text("name") == name && (p.Text("protocol") ?? "TCP") == protocol)
            .Select(p => p.Int("containerPort"))
            .FirstOrDefault();
}
