using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Workloads;

/// <summary>How large something is and was asked to be.</summary>
/// <param name="Wanted"><c>spec.replicas</c> of its scale.</param>
/// <param name="ResourceVersion">The version that was read: the lock of a write.</param>
internal sealed record TargetScale(int Wanted, string ResourceVersion);

/// <summary>Reads and writes the scale of anything that has one, custom resources included, by kind and name.</summary>
/// <param name="server">The API.</param>
/// <param name="manager">The field manager of its writes.</param>
internal sealed class ScaleTargets(ApiServer server, string manager)
{
    /// <summary>The scale now.</summary>
    /// <param name="apiVersion">The API version of the target.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Which it is.</param>
    /// <exception cref="KubeException">There is no such kind, it has no scale, or there is no object of that name.</exception>
    public TargetScale Read(string apiVersion, string kind, ObjectKey key)
    {
        var resource = Resource(apiVersion, kind);
        var stored = server.Get(resource, key);
        var scale = ScaleSubresource.Read(resource, ApiServer.Open(resource, stored));
        return new((int)(scale.Object("spec").Integer("replicas") ?? 0), scale.Object("metadata").String("resourceVersion") ?? "");
    }

    /// <summary>Asks for another size.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="apiVersion">The API version of the target.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Which it is.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="replicas">The new size.</param>
    public void Write(string apiVersion, string kind, ObjectKey key, TargetScale seen, int replicas)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion },
            ["spec"] = new JsonObject { ["replicas"] = replicas },
        };
        server.Update(Resource(apiVersion, kind), key, body, "scale", new WriteOptions { Manager = manager, Validation = FieldValidation.Ignore });
    }

    private ServedResource Resource(string apiVersion, string kind) =>
        server.Catalog.FindKind(apiVersion, kind) is { Scale: not null } resource
            ? resource
            : throw new KubeException(System.Net.HttpStatusCode.NotFound, "NotFound", $"no resource of apiVersion \"{apiVersion}\" and kind \"{kind}\" has a scale");
}
