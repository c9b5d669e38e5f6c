using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>A header of requests for the new version (STEP-7).</summary>
/// <param name="HeaderName">The header; empty when not set.</param>
/// <param name="HeaderValue">Its value; null when not set, which is invalid.</param>
public sealed record HeaderMatch(string HeaderName, StringMatch? HeaderValue)
{
    /// <summary>Reads an entry of <c>setHeaderRoute.match</c>.</summary>
    public static HeaderMatch Read(JsonElement match) => new(match.Text("headerName") ?? "", StringMatch.Read(match.MemberOrNull("headerValue")));
}
