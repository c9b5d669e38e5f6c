using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Which requests are mirrored; all that is set must hold (STEP-8).</summary>
public sealed record RouteMatch
{
    /// <summary>The HTTP method; null for any.</summary>
    public StringMatch? Method { get; init; }

    /// <summary>The path; null for any.</summary>
    public StringMatch? Path { get; init; }

    /// <summary>Headers by name.</summary>
    public ImmutableSortedDictionary<string, StringMatch> Headers { get; init; } = ImmutableSortedDictionary<string, StringMatch>.Empty;

    /// <summary>Reads an entry of <c>setMirrorRoute.match</c>.</summary>
    public static RouteMatch Read(JsonElement match) => new()
    {
        Method = StringMatch.Read(match.MemberOrNull("method")),
        Path = StringMatch.Read(match.MemberOrNull("path")),
        Headers = ReadHeaders(match.Member("headers")),
    };

    private static ImmutableSortedDictionary<string, StringMatch> ReadHeaders(JsonElement headers)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, StringMatch>(StringComparer.Ordinal);
        if (headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject())
            {
                if (StringMatch.Read(headers.MemberOrNull(header.Name)) is { } match)
                    read[header.Name] = match;
            }
        }

        return read.ToImmutable();
    }
}
