using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bascule.Engine.Analysis;

/// <summary>Values that an argument takes out of the Rollout (ARG-3, ARG-4).</summary>
internal static partial class RolloutFieldPath
{
    /// <summary>True for paths that follow the rules of the downward API.</summary>
    public static bool IsMetadata(string path) => path.StartsWith("metadata", StringComparison.Ordinal);

    /// <summary>The value at the path, or the sentence that says why there is none.</summary>
    public static (string? Value, string? Error) Read(JsonElement rollout, string path) =>
        IsMetadata(path) ? ReadMetadata(rollout, path) : ReadAnywhere(rollout, path);

    private static (string? Value, string? Error) ReadMetadata(JsonElement rollout, string path)
    {
        if (Subscripted().Match(path) is { Success: true } match)
        {
            var (field, key) = (match.Groups["field"].Value, match.Groups["key"].Value);
            return field switch
            {
                "metadata.labels" or "metadata.annotations" when !IsQualifiedName(field == "metadata.annotations" ? ToLower(key) : key) =>
                    (null, $"invalid key subscript in {path}"),
                "metadata.labels" or "metadata.annotations" => (Map(rollout, field["metadata.".Length..]).GetValueOrDefault(key, ""), null),
                _ => (null, $"fieldPath \"{field}\" does not support subscript"),
            };
        }

        return path switch
        {
            "metadata.labels" or "metadata.annotations" => (Listed(Map(rollout, path["metadata.".Length..])), null),
            "metadata.name" or "metadata.namespace" or "metadata.uid" => (Text(rollout, path["metadata.".Length..]), null),
            _ => (null, $"unsupported fieldPath: {path}"),
        };
    }

    private static (string? Value, string? Error) ReadAnywhere(JsonElement rollout, string path)
    {
        JsonElement? at = rollout;
        foreach (var section in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            switch (at?.ValueKind)
            {
                case JsonValueKind.Array:
                    if (!int.TryParse(section, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
                        return (null, $"invalid index '{section}'");
                    if (index < 0 || index >= at.Value.GetArrayLength())
                        return (null, $"index {index} out of range");
                    at = at.Value[index];
                    break;
                case JsonValueKind.Object:
                    at = at.Value.TryGetProperty(section, out var child) ? child : null;
                    break;
                default:
                    return (null, $"invalid path {path} in rollout");
            }
        }

        return at?.ValueKind switch
        {
            JsonValueKind.String => (at.Value.GetString(), null),
            JsonValueKind.True => ("true", null),
            JsonValueKind.False => ("false", null),
            JsonValueKind.Number => (GoNumber.General(at.Value.GetDouble()), null),
            JsonValueKind.Object or JsonValueKind.Array => (null, $"path {path} in rollout must terminate in a primitive value"),
            _ => (null, $"invalid path {path} in rollout"),
        };
    }

    private static string Text(JsonElement rollout, string field) =>
        Metadata(rollout).TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static SortedDictionary<string, string> Map(JsonElement rollout, string field)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Metadata(rollout).TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in value.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String))
                map[entry.Name] = entry.Value.GetString()!;
        }

        return map;
    }

    private static string Listed(SortedDictionary<string, string> map) => string.Join('\n', map.Select(p => $"{p.Key}={GoText.Quote(p.Value)}"));

    private static JsonElement Metadata(JsonElement rollout) =>
        rollout.ValueKind == JsonValueKind.Object && rollout.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata
            : EmptyObject;

    private static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");

    private static bool IsQualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? (null, key) : (key[..slash], key[(slash + 1)..]);
        return name.Length <= 63 && QualifiedName().IsMatch(name) && (prefix is null || (prefix.Length <= 253 && DnsSubdomain().IsMatch(prefix)));
    }

    // Kubernetes checks annotation keys in lower case because older objects may hold capitals there.
#pragma warning disable CA1308 // DNS names are compared in lower case.
    private static string ToLower(string key) => key.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"^(?<field>.*?)\['(?<key>.*)'\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Subscripted();

    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex DnsSubdomain();
}
