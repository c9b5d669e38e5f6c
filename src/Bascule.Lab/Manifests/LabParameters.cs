using System.Globalization;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Manifests;

/// <summary>What is filled into the lab's manifests.</summary>
public sealed record LabParameters
{
    private static readonly TimeSpan ShortestJudgement = TimeSpan.FromSeconds(8);

    /// <summary>The image of goprom.</summary>
    public required string Image { get; init; }

    /// <summary>The value of <c>VERSION</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Where the controller reaches Prometheus; null where no manifest asks for it.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>The length of each pause between two weights; a minute in the course.</summary>
    public required TimeSpan Pace { get; init; }

    /// <summary>Share of requests that this version fails, from 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Pods of this version, where the manifest leaves it open.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Percent of requests that a route gives to the new version.</summary>
    public int Weight { get; init; }

    /// <summary>The class of a Gateway of the Gateway API.</summary>
    public string GatewayClass { get; init; } = LabOptions.SandboxGatewayClass;

    /// <summary>The version that a route names for everybody, <c>v1</c> or <c>v2</c>.</summary>
    public string Main { get; init; } = "v1";

    /// <summary>Time between two measurements: five in a pause, but not more often than once a second.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(Math.Max(1, Math.Round(Pace.TotalSeconds / 5)));

    /// <summary>How far a measurement looks back: one pause, but no less than Prometheus needs for a rate.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(Math.Max(5, Math.Round(Pace.TotalSeconds)));

    /// <summary>A pause in which an analysis alone must find a bad version: long enough for a rate and two bad measurements.</summary>
    public TimeSpan Judgement => Pace > ShortestJudgement ? Pace : ShortestJudgement;

    /// <summary>The version up to its first dot, such as <c>v1</c>: part of the names of objects that exist once per version.</summary>
    public string Major => Version.Split('.')[0];

    /// <summary>How long a pod takes to get ready in the exercises by hand: a fifth of a pause.</summary>
    public TimeSpan ReadyDelay => Pace / 5;

    /// <summary>The value for each name between <c>${</c> and <c>}</c>.</summary>
    internal IReadOnlyDictionary<string, string> Values => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["image"] = Image,
        ["version"] = Version,
        ["major"] = Major,
        ["replicas"] = Replicas.ToString(CultureInfo.InvariantCulture),
        ["readyDelay"] = string.Create(CultureInfo.InvariantCulture, $"{(long)ReadyDelay.TotalMilliseconds}ms"),
        ["weight"] = Weight.ToString(CultureInfo.InvariantCulture),
        ["rest"] = (100 - Weight).ToString(CultureInfo.InvariantCulture),
        ["main"] = Main,
        ["gatewayClass"] = GatewayClass,
        ["errorRate"] = ErrorRate.ToString(CultureInfo.InvariantCulture),
        ["prometheus"] = Prometheus?.ToString() ?? "",
        ["pace"] = Seconds(Pace),
        ["paceSeconds"] = ((long)Math.Max(1, Pace.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        ["interval"] = Seconds(Interval),
        ["judgement"] = Seconds(Judgement),
        ["window"] = Seconds(Window),
    };

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Max(1, span.TotalSeconds)}s");
}
