using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>How many metrics ended how (AT-3).</summary>
public sealed record RunSummary
{
    /// <summary>All metrics that this summary is about.</summary>
    public int Count { get; init; }

    /// <summary>Metrics that ended well.</summary>
    public int Successful { get; init; }

    /// <summary>Metrics that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Metrics that ended undecided.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Metrics that could not be measured.</summary>
    public int Error { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        json.SetUnlessZero("count", Count);
        json.SetUnlessZero("successful", Successful);
        json.SetUnlessZero("failed", Failed);
        json.SetUnlessZero("inconclusive", Inconclusive);
        json.SetUnlessZero("error", Error);
        return json;
    }

    internal static RunSummary? Read(Field field) => field.Object() is null
        ? null
        : new()
        {
            Count = field["count"].Integer() ?? 0,
            Successful = field["successful"].Integer() ?? 0,
            Failed = field["failed"].Integer() ?? 0,
            Inconclusive = field["inconclusive"].Integer() ?? 0,
            Error = field["error"].Integer() ?? 0,
        };
}
