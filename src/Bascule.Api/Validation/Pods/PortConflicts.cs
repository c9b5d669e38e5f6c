using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Validation.Pods;

/// <summary>Checks that a pod's containers do not claim the same port of the node (VAL-4).</summary>
internal static class PortConflicts
{
    public static void Check(Findings findings, JsonElement spec)
    {
        var onNode = spec.Bool("hostNetwork") is true;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        foreach (var container in spec.List("containers"))
        {
            using var scope = findings.In("containers", i++);
            var j = 0;
            foreach (var port in container.List("ports"))
            {
                using var entry = findings.In("ports", j++);
                Check(findings, port, onNode, taken);
            }
        }
    }

    private static void Check(Findings findings, JsonElement port, bool onNode, HashSet<string> taken)
    {
        var container = port.Int("containerPort") ?? 0;
        var host = port.Int("hostPort") ?? 0;
        // Kubernetes fills in the port of the node when the pod shares the node's network.
        if (host == 0 && onNode)
            host = container;
        if (host == 0)
            return;
        if (onNode && host != container)
            findings.Invalid("containerPort", container, "must be equal to hostPort when hostNetwork is true");
        var claim = string.Create(CultureInfo.InvariantCulture, $"{port.Text("protocol") ?? "TCP"}/{port.Text("hostIP")}/{host}");
        if (!taken.Add(claim))
            findings.Duplicate("hostPort", claim, "two containers of a pod cannot share a port of the node");
    }
}
