using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>How a text of a request is compared; in a valid step exactly one member is set (STEP-7, STEP-8).</summary>
/// <param name="Exact">The whole text; empty when not set.</param>
/// <param name="Prefix">Its beginning; empty when not set.</param>
/// <param name="Regex">A regular expression; empty when not set.</param>
public sealed record StringMatch(string Exact, string Prefix, string Regex)
{
    /// <summary>Reads a match; null when there is none.</summary>
    public static StringMatch? Read(JsonElement? match) =>
        match is { } found ? new(found.Text("exact") ?? "", found.Text("prefix") ?? "", found.Text("regex") ?? "") : null;
}
