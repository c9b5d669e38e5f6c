using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Engine.Templates;

/// <summary>Hashes that name a version and the steps towards it (HASH rows).</summary>
public static class VersionHash
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const uint FnvOffset = 2166136261u;
    private const uint FnvPrime = 16777619u;

    private static readonly GoType s_podTemplate = GoType.Of("PodTemplateSpec");
    private static readonly GoType s_steps = GoType.Of("[CanaryStep]");

    /// <summary>The hash of a pod template (HASH-1 to HASH-3).</summary>
    /// <param name="template">The template; undefined for an empty one.</param>
    /// <param name="collisionCount">How often a name was taken already; null for never.</param>
    public static string OfPodTemplate(JsonElement template, int? collisionCount)
    {
        var hash = Fnv(template, s_podTemplate);
        if (collisionCount is not { } count)
            return Encode(hash);
        Span<byte> suffix = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(suffix, count);
        return Encode(Fnv(hash, suffix));
    }

    /// <summary>The hash of canary steps (HASH-8).</summary>
    /// <param name="steps">The list as written; null for none.</param>
    public static string OfSteps(JsonElement? steps) =>
        Encode(Fnv(steps is { ValueKind: JsonValueKind.Array } found && found.GetArrayLength() > 0 ? found : default, s_steps));

    private static uint Fnv(JsonElement value, GoType type)
    {
        var text = new GoText();
        try
        {
            GoJson.Write(ref text, value, type);
            return Fnv(FnvOffset, text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static uint Fnv(uint hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            hash = (hash ^ value) * FnvPrime;
        return hash;
    }

    private static string Encode(uint sum)
    {
        Span<char> digits = stackalloc char[10];
        sum.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        foreach (ref var digit in digits[..length])
            digit = Alphabet[digit % Alphabet.Length];
        return new string(digits[..length]);
    }
}
