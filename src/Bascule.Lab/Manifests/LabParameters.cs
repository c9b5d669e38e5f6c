using System.Globalization;

namespace Bascule.Lab.Manifests;

/// <summary>What is filled into the lab's manifests.</summary>
public sealed record LabParameters
{
    /// <summary>The image of goprom.</summary>
    public required string Image { get; init; }

    /// <summary>The value of <c>VERSION</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Where the controller reaches Prometheus.</summary>
    public required Uri Prometheus { get; init; }

    /// <summary>The length of each pause between two weights; a minute in the course.</summary>
    public required TimeSpan Pace { get; init; }

    /// <summary>Share of requests that this version fails, from 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Time between two measurements: five in a pause, but not more often than once a second.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(Math.Max(1, Math.Round(Pace.TotalSeconds / 5)));

    /// <summary>How far a measurement looks back: one pause, but no less than Prometheus needs for a rate.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(Math.Max(5, Math.Round(Pace.TotalSeconds)));

    /// <summary>The value for each name between <c>${</c> and <c>}</c>.</summary>
    internal IReadOnlyDictionary<string, string> Values => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["image"] = Image,
        ["version"] = Version,
        ["errorRate"] = ErrorRate.ToString(CultureInfo.InvariantCulture),
        ["prometheus"] = Prometheus.ToString(),
        ["pace"] = Seconds(Pace),
        ["interval"] = Seconds(Interval),
        ["window"] = Seconds(Window),
    };

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Max(1, span.TotalSeconds)}s");
}
