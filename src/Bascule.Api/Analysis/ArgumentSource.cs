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
        if (field.Object() is null)
            return null;
        var (fieldRef, secret) = (field["fieldRef"], field["secretKeyRef"]);
        return new()
        {
            PodTemplateHash = ReadHash(field["podTemplateHashValue"]),
            FieldPath = fieldRef.Object() is null ? null : fieldRef["fieldPath"].Text() ?? "",
            SecretKey = secret.Object() is null ? null : new(secret["name"].Text() ?? "", secret["key"].Text() ?? ""),
        };
    }

    private static PodTemplateHashSource? ReadHash(Field field)
    {
        switch (field.Text())
        {
            case "Latest":
                return PodTemplateHashSource.Latest;
            case "Stable":
                return PodTemplateHashSource.Stable;
            default:
                field.Refuse("Latest or Stable");
                return null;
        }
    }
}
