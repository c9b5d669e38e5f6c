using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Patching;

/// <summary>JSON merge patches (RFC 7386).</summary>
public static class MergePatch
{
    /// <summary>Applies a patch in place: objects merge, null removes, anything else replaces.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, change) in patch)
        {
            if (change is null)
                target.Remove(name);
            else if (change is JsonObject fields)
            {
                if (target[name] is not JsonObject inside)
                    target[name] = inside = [];
                Apply(inside, fields);
            }
            else
            {
                target[name] = change.DeepClone();
            }
        }
    }
}
