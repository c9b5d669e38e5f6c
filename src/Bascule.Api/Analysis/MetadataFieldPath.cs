using System.Text.RegularExpressions;
using Bascule.Api.Validation;

namespace Bascule.Api.Analysis;

/// <summary>A path into an object's metadata by the rules of the downward API (ARG-3, VAL-61).</summary>
/// <param name="Field">The field, such as <c>metadata.name</c> or <c>metadata.labels</c>.</param>
/// <param name="Key">The key within labels or annotations; null for the whole field.</param>
public readonly partial record struct MetadataFieldPath(string Field, string? Key)
{
    /// <summary>True for paths that follow these rules: all that begin with <c>metadata</c>.</summary>
    public static bool IsMeant(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith("metadata", StringComparison.Ordinal);
    }

    /// <summary>Parses a path, or says why the downward API does not know it.</summary>
    public static (MetadataFieldPath? Path, string? Error) Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Subscripted().Match(path) is { Success: true } match)
            return WithKey(path, match.Groups["field"].Value, match.Groups["key"].Value);
        return path is "metadata.labels" or "metadata.annotations" or "metadata.name" or "metadata.namespace" or "metadata.uid"
            ? (new(path, null), null)
            : (null, $"unsupported fieldPath: {path}");
    }

    private static (MetadataFieldPath? Path, string? Error) WithKey(string path, string field, string key) => field switch
    {
        // Kubernetes checks annotation keys in lower case because older objects may hold capitals there.
#pragma warning disable CA1308 // DNS names are compared in lower case.
        "metadata.annotations" when !Names.IsLabelKey(key.ToLowerInvariant()) => (null, $"invalid key subscript in {path}"),
#pragma warning restore CA1308
        "metadata.labels" when !Names.IsLabelKey(key) => (null, $"invalid key subscript in {path}"),
        "metadata.labels" or "metadata.annotations" => (new(field, key), null),
        _ => (null, $"fieldPath \"{field}\" does not support subscript"),
    };

    [GeneratedRegex(@"^(?<field>.*?)\['(?<key>.*)'\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Subscripted();
}
