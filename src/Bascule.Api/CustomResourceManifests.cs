namespace Bascule.Api;

/// <summary>The CustomResourceDefinitions of our kinds, as YAML (CRD rows); one file per kind in <c>Crds/</c>.</summary>
public static class CustomResourceManifests
{
    private const string Prefix = "Bascule.Api.Crds.";

    /// <summary>All of them, one text each, in the order of their file names.</summary>
    public static IReadOnlyList<string> All()
    {
        var assembly = typeof(CustomResourceManifests).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
