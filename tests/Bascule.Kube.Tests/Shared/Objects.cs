using System.Text.Json.Nodes;

namespace Bascule.Kube.Tests.Shared;

/// <summary>Small objects to test with.</summary>
internal static class Objects
{
    public static JsonObject ConfigMap(string name, string value = "1", string? label = null, string? controllerUid = null)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (label is not null)
            metadata["labels"] = new JsonObject { ["app"] = label };
        if (controllerUid is not null)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = "owner", ["uid"] = controllerUid, ["controller"] = true });
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = metadata, ["data"] = new JsonObject { ["value"] = value } };
    }

    public static KubeObject Stored(string @namespace, string name, string version, string? controllerUid = null, string uid = "u")
    {
        var node = ConfigMap(name, controllerUid: controllerUid);
        var metadata = node["metadata"]!.AsObject();
        metadata["namespace"] = @namespace;
        metadata["uid"] = uid;
        metadata["resourceVersion"] = version;
        return KubeObject.From(node);
    }
}
