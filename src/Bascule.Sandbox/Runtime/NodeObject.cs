using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Runtime;

/// <summary>Describes this machine as a node. It is written once: a node that cannot fail apart from its API sends no heartbeats.</summary>
internal static class NodeObject
{
    /// <summary>The node to create.</summary>
    public static JsonObject Create() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = SandboxNode.Name,
            ["labels"] = new JsonObject
            {
                ["kubernetes.io/hostname"] = SandboxNode.Name,
                ["kubernetes.io/os"] = "linux",
                ["kubernetes.io/arch"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            },
        },
        ["spec"] = new JsonObject(),
    };

    /// <summary>Its status.</summary>
    public static JsonObject Status(DateTimeOffset now)
    {
        var resources = new JsonObject
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024).ToString(CultureInfo.InvariantCulture) + "Ki",
            ["pods"] = "5000",
        };
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = SandboxNode.Address },
                    new JsonObject { ["type"] = "Hostname", ["address"] = SandboxNode.Name }),
                ["allocatable"] = resources.DeepClone(),
                ["capacity"] = resources,
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Ready",
                    ["status"] = "True",
                    ["reason"] = "SandboxReady",
                    ["message"] = "the sandbox runs pods as processes of this machine",
                    ["lastHeartbeatTime"] = now.ToApiTime(),
                    ["lastTransitionTime"] = now.ToApiTime(),
                }),
                ["nodeInfo"] = new JsonObject
                {
                    ["architecture"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
                    ["bootID"] = "",
                    ["containerRuntimeVersion"] = "bascule://0.1.0",
                    ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                    ["kubeProxyVersion"] = "",
                    ["kubeletVersion"] = "v1.33.0-bascule",
                    ["machineID"] = "",
                    ["operatingSystem"] = "linux",
                    ["osImage"] = RuntimeInformation.OSDescription,
                    ["systemUUID"] = "",
                },
            },
        };
    }
}
