using System.Text;
using System.Text.Json;

namespace Bascule.Sandbox.Workloads;

/// <summary>When two pod templates are the same, and a short name for a template.</summary>
internal static class TemplateIdentity
{
    /// <summary>The label that keeps the pods of two ReplicaSets apart.</summary>
    public const string HashLabel = "pod-template-hash";

    /// <summary>Kubernetes' alphabet for generated names: no vowels, no look-alikes.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Maps, where empty means absent; an empty object elsewhere (such as <c>emptyDir: {}</c>) says something.</summary>
    private static readonly string[] Maps = ["labels", "annotations", "nodeSelector", "limits", "requests", "matchLabels"];

    /// <summary>Equal but for the hash label and for ways of writing nothing.</summary>
    public static bool Same(JsonElement template, JsonElement other) => Canonical(template) == Canonical(other);

    /// <summary>A name for a template, stable as long as it says the same; collisions are counted into it.</summary>
    public static string Hash(JsonElement template, int collisionCount)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(Canonical(template)))
            hash = unchecked((hash ^ octet) * 16777619u);
        if (collisionCount > 0)
            hash = unchecked((hash ^ (uint)collisionCount) * 16777619u);
        return string.Concat(hash.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    private static string Canonical(JsonElement template)
    {
        var text = new StringBuilder();
        Write(text, template, "");
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value, string name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var field in value.EnumerateObject().Where(f => Says(f) && !(name == "labels" && f.Name == HashLabel)).OrderBy(f => f.Name, StringComparer.Ordinal))
                {
                    text.Append(field.Name).Append(':');
                    Write(text, field.Value, field.Name);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(text, item, "");
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static bool Says(JsonProperty field) => field.Value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => false,
        JsonValueKind.Array => field.Value.GetArrayLength() > 0,
        JsonValueKind.Object when Maps.Contains(field.Name) => field.Value.EnumerateObject().Any(f => field.Name != "labels" || f.Name != HashLabel),
        _ => true,
    };
}
