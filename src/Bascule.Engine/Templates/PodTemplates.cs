using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Templates;

/// <summary>Compares pod templates by what they mean (NAME-6), so that pods of another controller's making are kept.</summary>
public static class PodTemplates
{
    private static readonly GoType s_podTemplate = GoType.Of("PodTemplateSpec");

    /// <summary>True when a ReplicaSet's pods are what the template asks for.</summary>
    /// <param name="wanted">The Rollout's template, without defaults.</param>
    /// <param name="live">A ReplicaSet, with what controllers have injected.</param>
    public static bool SameMeaning(JsonElement wanted, ReplicaSetView live)
    {
        var (left, right) = (new GoText(), new GoText());
        try
        {
            Normal(ref left, wanted, null);
            Normal(ref right, live.Template, live.Meta.Annotations.GetValueOrDefault(Annotations.EphemeralMetadata));
            return left.Written.SequenceEqual(right.Written);
        }
        finally
        {
            left.Dispose();
            right.Dispose();
        }
    }

    /// <summary>The pod template of an earlier version as its user wrote it, to make it the current one again (CLI-8).</summary>
    /// <param name="live">A ReplicaSet, with what controllers have injected.</param>
    public static JsonObject AsWritten(ReplicaSetView live)
    {
        var pod = Stripped(live.Template, live.Meta.Annotations.GetValueOrDefault(Annotations.EphemeralMetadata));
        if (pod["spec"] is JsonObject spec)
            InjectedAntiAffinity.Remove(spec);
        return pod;
    }

    private static JsonObject Stripped(JsonElement template, string? injected)
    {
        var pod = template.ValueKind == JsonValueKind.Object ? JsonObject.Create(template.Clone())! : [];
        if (pod["metadata"] is JsonObject metadata)
        {
            RemoveKeys(metadata, "labels", [Labels.PodTemplateHash]);
            RemoveInjected(metadata, injected);
        }

        return pod;
    }

    private static void Normal(ref GoText text, JsonElement template, string? injected)
    {
        var pod = Stripped(template, injected);
        if (pod["spec"] is JsonObject spec)
        {
            PodTemplateDefaults.Apply(spec);
            // The server sets the deprecated twin of serviceAccountName; a template usually has only one of them.
            spec.Remove("serviceAccount");
            InjectedAntiAffinity.Remove(spec);
        }

        GoJson.Write(ref text, Patches.Element(pod), s_podTemplate);
    }

    /// <summary>What a controller put into the pods apart from the template (EPH-5).</summary>
    private static void RemoveInjected(JsonObject metadata, string? injected)
    {
        if (string.IsNullOrEmpty(injected))
            return;
        try
        {
            var keys = JsonElement.Parse(injected);
            RemoveKeys(metadata, "labels", keys.Map("labels").Keys);
            RemoveKeys(metadata, "annotations", keys.Map("annotations").Keys);
        }
        catch (JsonException)
        {
            // A damaged record injects nothing that we could name.
        }
    }

    private static void RemoveKeys(JsonObject metadata, string map, IEnumerable<string> keys)
    {
        if (metadata[map] is not JsonObject entries)
            return;
        foreach (var key in keys)
            entries.Remove(key);
    }
}
