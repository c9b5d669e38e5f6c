using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>A namespace is Active until deleted, then Terminating until its content is gone.</summary>
internal sealed class NamespaceRules : KindRules
{
    /// <summary>The label by which selectors find a namespace by name.</summary>
    private const string NameLabel = "kubernetes.io/metadata.name";

    public override void Create(JsonObject obj, RuleContext context)
    {
        if (obj["spec"] is not JsonObject spec)
            obj["spec"] = spec = [];
        if (!(spec.Array("finalizers") ?? []).Any(f => f?.GetValue<string>() == "kubernetes"))
            spec["finalizers"] = new JsonArray([.. (spec.Array("finalizers") ?? []).Select(f => f?.DeepClone()), "kubernetes"]);
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        Label(obj);
    }

    public override void Update(JsonObject next, JsonObject old, RuleContext context)
    {
        if (context.Subresource is null)
            KeepFinalizers(next, old);
        Label(next);
        if (MetadataRules.IsTerminating(next))
        {
            if (next["status"] is not JsonObject status)
                next["status"] = status = [];
            status["phase"] = "Terminating";
        }
    }

    // Only the finalize subresource changes spec.finalizers.
    private static void KeepFinalizers(JsonObject next, JsonObject old)
    {
        if (next["spec"] is not JsonObject spec)
            next["spec"] = spec = [];
        if (old.Object("spec").Array("finalizers") is { } finalizers)
            spec["finalizers"] = finalizers.DeepClone();
        else
            spec.Remove("finalizers");
    }

    private static void Label(JsonObject obj)
    {
        var metadata = MetadataRules.Of(obj);
        if (metadata["labels"] is not JsonObject labels)
            metadata["labels"] = labels = [];
        labels[NameLabel] = metadata.String("name");
    }
}
