using Bascule.Lab.Manifests;

namespace Bascule.Lab.Runs;

/// <summary>What to try.</summary>
public sealed record LabOptions
{
    /// <summary>The course's pause is a minute; ten seconds show the same.</summary>
    public static readonly TimeSpan DefaultPace = TimeSpan.FromSeconds(10);

    /// <summary>The version that runs first.</summary>
    public const string StableVersion = "v1.0.0";

    /// <summary>The version that is rolled out.</summary>
    public const string CanaryVersion = "v2.0.0";

    /// <summary>Share of requests that a bad version fails.</summary>
    public const double BadErrorRate = 0.3;

    /// <summary>The class of the sandbox's own gateway.</summary>
    public const string SandboxGatewayClass = "bascule";

    /// <summary>The class of a Gateway of the Gateway API, for the exercise that has one.</summary>
    public string GatewayClass { get; init; } = SandboxGatewayClass;

    /// <summary>The new version fails <see cref="BadErrorRate"/> of its requests.</summary>
    public bool Bad { get; init; }

    /// <summary>The length of each pause between two weights; at least a second.</summary>
    public TimeSpan Pace { get; init; } = DefaultPace;

    /// <summary>Requests per second.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>The image of goprom; the sandbox runs its own for any image of that name.</summary>
    public string Image { get; init; } = "uptime-formation/goprom";

    /// <summary>Where requests go; null to find out from the NodePort service and a node's address.</summary>
    public Uri? Url { get; init; }

    /// <summary>A Prometheus that scrapes the cluster and that the controller reaches; null to run one.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>No Prometheus at all, neither one of ours nor a given one; only for labs whose decisions are taken by hand.</summary>
    public bool WithoutPrometheus { get; init; }

    /// <summary>The lab runs a Prometheus of its own.</summary>
    public bool RunsPrometheus => Prometheus is null && !WithoutPrometheus;

    /// <summary>Where the program <c>prometheus</c> is looked for, as in <c>PATH</c>.</summary>
    public string SearchPath { get; init; } = "";

    /// <summary>Where Prometheus keeps its data during the run.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The timestamp, of the clock in use, at which the user asked for the run.</summary>
    public required long Begun { get; init; }

    /// <summary>What is filled into the manifest of a version.</summary>
    internal LabParameters ParametersOf(string version) => new()
    {
        Image = Image,
        Version = version,
        GatewayClass = GatewayClass,
        ErrorRate = Bad && version == CanaryVersion ? BadErrorRate : 0,
        Pace = Pace,
    };
}
