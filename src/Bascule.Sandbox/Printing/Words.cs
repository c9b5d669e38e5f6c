using System.Text.Json;

namespace Bascule.Sandbox.Printing;

/// <summary>The words that several kinds' columns share.</summary>
internal static class Words
{
    /// <summary>What is printed where there is nothing.</summary>
    public const string None = "<none>";

    /// <summary>What is printed where nothing is given.</summary>
    public const string Unset = "<unset>";

    /// <summary>The containers' names of a pod template.</summary>
    public static string Containers(JsonElement template) => string.Join(',', template.Items("spec", "containers").Select(c => c.Text("name")));

    /// <summary>The containers' images of a pod template.</summary>
    public static string Images(JsonElement template) => string.Join(',', template.Items("spec", "containers").Select(c => c.Text("image")));

    /// <summary>A map of labels as <c>a=b,c=d</c>.</summary>
    public static string Labels(JsonElement map) => string.Join(',', map.Entries().Select(p => $"{p.Name}={p.Value}")).Or(None);

    /// <summary>A label selector in its string form.</summary>
    public static string Selector(JsonElement selector)
    {
        if (selector.ValueKind != JsonValueKind.Object)
            return None;
        var equal = selector.Entries("matchLabels").Select(p => $"{p.Name}={p.Value}");
        var other = selector.Items("matchExpressions").Select(e => e.Text("operator") switch
        {
            "In" => $"{e.Text("key")} in ({string.Join(',', e.Items("values"))})",
            "NotIn" => $"{e.Text("key")} notin ({string.Join(',', e.Items("values"))})",
            "Exists" => e.Text("key"),
            _ => $"!{e.Text("key")}",
        });
        return string.Join(',', equal.Concat(other)).Or(None);
    }
}
