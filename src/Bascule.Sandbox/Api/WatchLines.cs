using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Api;

/// <summary>The JSON of what a watch sends besides stored objects.</summary>
internal static class WatchLines
{
    /// <summary>The object of a bookmark: nothing but its version.</summary>
    public static byte[] Bookmark(ResourceType type, ApiEvent bookmark)
    {
        var metadata = new JsonObject
        {
            ["resourceVersion"] = bookmark.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["creationTimestamp"] = null,
        };
        if (bookmark.EndsInitialEvents)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        return StoredObject.Encode(new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata });
    }
}
