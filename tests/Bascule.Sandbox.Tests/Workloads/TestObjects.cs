using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Workloads;

/// <summary>Objects as the API would return them, from as little as a test wants to say.</summary>
internal static class TestObjects
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static KubeObject Object(string json) => KubeObject.From(JsonElement.Parse(json));

    public static KubeObject Pod(
        string name,
        string? owner = null,
        string labels = """{"app":"web"}""",
        string node = "sandbox",
        string phase = "Running",
        DateTimeOffset? readySince = null,
        DateTimeOffset? created = null,
        int restarts = 0,
        string? cost = null,
        string ip = "127.64.0.1",
        bool terminating = false,
        string ports = "[]")
    {
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "default",
            ["uid"] = "uid-" + name,
            ["creationTimestamp"] = (created ?? Now.AddHours(-1)).ToApiTime(),
            ["labels"] = JsonNode.Parse(labels),
        };
        if (owner is not null)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = owner, ["controller"] = true });
        if (cost is not null)
            metadata["annotations"] = new JsonObject { ["controller.kubernetes.io/pod-deletion-cost"] = cost };
        if (terminating)
            metadata["deletionTimestamp"] = Now.ToApiTime();
        var ready = new JsonObject { ["type"] = "Ready", ["status"] = readySince is null ? "False" : "True", ["lastTransitionTime"] = (readySince ?? Now).ToApiTime() };
        return KubeObject.From(new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["nodeName"] = node, ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["ports"] = JsonNode.Parse(ports) }) },
            ["status"] = new JsonObject
            {
                ["phase"] = phase,
                ["podIP"] = ip,
                ["conditions"] = new JsonArray(ready),
                ["containerStatuses"] = new JsonArray(new JsonObject { ["restartCount"] = restarts }),
            },
        });
    }
}
