namespace Bascule.Sandbox.Schema;

/// <summary>Field paths as Kubernetes writes them: <c>spec.containers[0].name</c>, <c>metadata.labels[app]</c>.</summary>
internal static class FieldPath
{
    /// <summary>A field below a path; the empty path is the root.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>An entry of a map whose keys are data, not field names.</summary>
    public static string Key(string path, string key) => $"{path}[{key}]";

    /// <summary>An item of a list.</summary>
    public static string Item(string path, int index) => $"{path}[{index}]";
}
