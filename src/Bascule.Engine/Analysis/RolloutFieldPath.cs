using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Analysis;

/// <summary>Values that an argument takes out of the Rollout (ARG-3, ARG-4).</summary>
internal static class RolloutFieldPath
{
    /// <summary>The value at the path, or the sentence that says why there is none.</summary>
    public static (string? Value, string? Error) Read(JsonElement rollout, string path) =>
        MetadataFieldPath.IsMeant(path) ? ReadMetadata(rollout, path) : ReadAnywhere(rollout, path);

    private static (string? Value, string? Error) ReadMetadata(JsonElement rollout, string path)
    {
        var (parsed, error) = MetadataFieldPath.Parse(path);
        if (parsed is not var (field, key))
            return (null, error);
        var metadata = rollout.Member("metadata");
        var name = field["metadata.".Length..];
        if (key is not null)
            return (metadata.Map(name).GetValueOrDefault(key, ""), null);
        return (name is "labels" or "annotations" ? Listed(metadata.Map(name)) : metadata.Text(name) ?? "", null);
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

    private static string Listed(ImmutableSortedDictionary<string, string> map) => string.Join('\n', map.Select(p => $"{p.Key}={GoText.Quote(p.Value)}"));
}
