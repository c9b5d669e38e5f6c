using System.Text.Json.Nodes;
using Bascule.Api.Meta;
using Bascule.Api.Rollouts;

namespace Bascule.Engine;

/// <summary>Says whose an object is; with its owner it goes (GC-6).</summary>
public static class OwnerReferences
{
    /// <summary>The reference that makes one of our objects the controller of another object.</summary>
    /// <param name="kind">The controller's kind.</param>
    /// <param name="controller">Its metadata.</param>
    public static JsonObject Controller(string kind, ObjectMeta controller) => new()
    {
        ["apiVersion"] = Rollout.ApiVersion,
        ["kind"] = kind,
        ["name"] = controller.Name,
        ["uid"] = controller.Uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
