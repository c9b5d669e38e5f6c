using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>Which ReplicaSet's hash an argument takes (ARG-2).</summary>
public enum PodTemplateHashSource
{
    /// <summary>The new version's.</summary>
    Latest,

    /// <summary>The stable version's.</summary>
    Stable,
}

/// <summary>A key of a Secret in the run's namespace (ARG-5).</summary>
/// <param name="Name">The Secret.</param>
/// <param name="Key">The key within its data.</param>
public sealed record SecretKeyReference(string Name, string Key);

/// <summary>Where the value of an argument comes from; normally exactly one member is set (ARG-2..5).</summary>
public sealed record ArgumentSource
{
    /// <summary>The hash of a ReplicaSet of the Rollout.</summary>
    public PodTemplateHashSource? PodTemplateHash { get; init; }

    /// <summary>A path into the Rollout.</summary>
    public string? FieldPath { get; init; }

    /// <summary>A key of a Secret, read at every measurement.</summary>
    public SecretKeyReference? SecretKey { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        if (SecretKey is not null)
            json["secretKeyRef"] = new JsonObject { ["name"] = SecretKey.Name, ["key"] = SecretKey.Key };
        if (PodTemplateHash is { } hash)
            json["podTemplateHashValue"] = hash.ToString();
        if (FieldPath is not null)
            json["fieldRef"] = new JsonObject { ["fieldPath"] = FieldPath };
        return json;
    }

    internal static ArgumentSource? Read(Field field)
    {
        if (field.IsAbsent)
            return null;
        var secret = field["secretKeyRef"];
        return new()
        {
            PodTemplateHash = field["podTemplateHashValue"].Text() switch
            {
                null => null,
                "Latest" => PodTemplateHashSource.Latest,
                "Stable" => PodTemplateHashSource.Stable,
                _ => throw field["podTemplateHashValue"].Unexpected("Latest or Stable"),
            },
            FieldPath = field["fieldRef"].IsAbsent ? null : field["fieldRef"]["fieldPath"].Text() ?? "",
            SecretKey = secret.IsAbsent ? null : new(secret["name"].Text() ?? "", secret["key"].Text() ?? ""),
        };
    }
}
