using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bascule.Engine.Templates;

/// <summary>Hashes that name a version and the steps towards it (HASH rows).</summary>
public static class VersionHash
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The hash of a pod template (HASH-1 to HASH-3).</summary>
    /// <param name="template">The template; undefined for an empty one.</param>
    /// <param name="collisionCount">How often a name was taken already; null for never.</param>
    public static string OfPodTemplate(JsonElement template, int? collisionCount)
    {
        var bytes = Encoding.UTF8.GetBytes(GoJson.Canonical(template, "PodTemplateSpec"));
        if (collisionCount is not { } count)
            return Encode(Fnv(bytes));
        Span<byte> suffix = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(suffix, count);
        return Encode(Fnv([.. bytes, .. suffix]));
    }

    /// <summary>The hash of canary steps (HASH-8).</summary>
    /// <param name="steps">The list as written; null for none.</param>
    public static string OfSteps(JsonElement? steps)
    {
        var list = steps is { ValueKind: JsonValueKind.Array } found && found.GetArrayLength() > 0 ? found : default;
        return Encode(Fnv(Encoding.UTF8.GetBytes(GoJson.Canonical(list, "[CanaryStep]"))));
    }

    private static uint Fnv(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var value in bytes)
            hash = (hash ^ value) * 16777619u;
        return hash;
    }

    private static string Encode(uint sum) =>
        string.Concat(sum.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
}
