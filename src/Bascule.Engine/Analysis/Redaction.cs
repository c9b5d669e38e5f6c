using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Engine.Analysis;

/// <summary>Takes the values of secrets out of what is stored or logged (ARG-6).</summary>
/// <param name="secrets">The values.</param>
internal sealed class Redaction(ImmutableArray<string> secrets)
{
    /// <summary>What a secret becomes.</summary>
    private const string Redacted = "*****";

    /// <summary>
    /// The values as they are, and as URLs and JSON write them: servers quote the request they refuse. The longest first,
    /// because a secret that contains another one must go as a whole.
    /// </summary>
    private readonly ImmutableArray<string> forms =
    [
        .. secrets.Where(s => s.Length > 0)
            .SelectMany(s => (string[])[s, Uri.EscapeDataString(s), JsonEncodedText.Encode(s).ToString(), s.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)])
            .Distinct()
            .OrderByDescending(s => s.Length),
    ];

    /// <summary>The text without secrets, cut to what a status keeps.</summary>
    public string Clean(string text)
    {
        // Before the cut, which could leave half of a secret behind.
        foreach (var secret in forms)
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        return StatusBounds.Cut(text);
    }

    /// <summary>The entries without secrets, cut to what a status keeps.</summary>
    public ImmutableSortedDictionary<string, string> Clean(ImmutableSortedDictionary<string, string> entries) =>
        entries.IsEmpty ? entries : entries.ToImmutableSortedDictionary(p => p.Key, p => Clean(p.Value), StringComparer.Ordinal);
}
