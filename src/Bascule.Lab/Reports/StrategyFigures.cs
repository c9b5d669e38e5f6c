using System.Globalization;
using System.Text.Json.Serialization;

namespace Bascule.Lab.Reports;

/// <summary>
/// What a strategy is like, measured in a run with a good version and in one with a bad version: the columns of the
/// comparison, and the marks of the course's article, which follow from the figures.
/// </summary>
public sealed record StrategyFigures
{
    /// <summary>More than this share of the users at once is much.</summary>
    private const double Many = 2.0 / 3;

    /// <summary>More than this share of pods beside those before is more than a few.</summary>
    private const double Few = 1.0 / 3;

    /// <summary>Going back within this time, in seconds, is at once.</summary>
    private const double AtOnce = 0.3;

    /// <summary>Going back within this time, in seconds, is quick.</summary>
    private const double Quick = 2.5;

    /// <summary>The strategy's name.</summary>
    public required string Strategy { get; init; }

    /// <summary>Seconds without a good answer while a good version was brought in.</summary>
    public required double Downtime { get; init; }

    /// <summary>Requests that failed while a good version was brought in.</summary>
    public required long FailedWhenGood { get; init; }

    /// <summary>Real requests that a good version was tested on before everybody had it.</summary>
    public required long TestedOn { get; init; }

    /// <summary>Whether those came from one group of users and from no other.</summary>
    public required bool IsTargeted { get; init; }

    /// <summary>Pods beyond those before until a bad version was found, as a share of those before.</summary>
    public required double ExtraPods { get; init; }

    /// <summary>Seconds from the decision against a bad version to good answers only.</summary>
    public required double TimeToUndo { get; init; }

    /// <summary>Requests that failed because of a bad version, downtime of its coming and going included.</summary>
    public required long FailedWhenBad { get; init; }

    /// <summary>Share of the users who had the bad version when it was found bad, from 0 to 1.</summary>
    public required double ShareWhenBad { get; init; }

    /// <summary>Objects to write and keep.</summary>
    public required int Objects { get; init; }

    /// <summary>Commands for an update to a good version.</summary>
    public required int Commands { get; init; }

    /// <summary>Nobody was turned away.</summary>
    [JsonIgnore]
    public bool HasZeroDowntime => Downtime == 0 && FailedWhenGood == 0;

    /// <summary>It was tried on real requests before everybody had it.</summary>
    [JsonIgnore]
    public bool HasRealTrafficTesting => TestedOn > 0;

    /// <summary>1 for few pods more, 3 for as many again.</summary>
    [JsonIgnore]
    public int CostMark => ExtraPods <= Few ? 1 : ExtraPods < Many ? 2 : 3;

    /// <summary>0 for at once, 1 for quick, 3 for longer.</summary>
    [JsonIgnore]
    public int RollbackMark => TimeToUndo <= AtOnce ? 0 : TimeToUndo <= Quick ? 1 : 3;

    /// <summary>0 when nobody noticed, 1 when few users had the bad version, 2 when most had it, 3 with downtime on top.</summary>
    [JsonIgnore]
    public int ImpactMark => Downtime > 0 ? 3 : ShareWhenBad >= Many ? 2 : FailedWhenBad > 0 ? 1 : 0;

    /// <summary>Takes the figures from the reports of two runs.</summary>
    /// <exception cref="ArgumentException">A run did not end as its version was.</exception>
    public static StrategyFigures Of(LabReport good, LabReport bad)
    {
        if (good.Cost is not { } cost || bad.Cost is not { TimeToUndo: { } undo } costOfBad)
            throw new ArgumentException($"{good.Strategy}: a run did not end: {(good.Cost is null ? good : bad).Explanation}");
        return new StrategyFigures
        {
            Strategy = good.Strategy,
            Downtime = cost.Downtime.TotalSeconds,
            FailedWhenGood = good.Traffic.Failed,
            TestedOn = cost.TestedOn,
            IsTargeted = cost.IsTargeted,
            ExtraPods = costOfBad.PodsBefore == 0 ? 0 : (double)costOfBad.PeakExtraPods / costOfBad.PodsBefore,
            TimeToUndo = undo.TotalSeconds,
            FailedWhenBad = bad.Traffic.Failed,
            ShareWhenBad = costOfBad.ShareAtDecision,
            Objects = cost.Objects,
            Commands = cost.Commands,
        };
    }

    /// <summary>The cells of the comparison, with the article's marks and the figures behind them.</summary>
    internal IReadOnlyList<string> Cells() =>
    [
        Strategy,
        HasZeroDowntime ? "yes" : Invariant($"no: {Downtime:0.0} s, {FailedWhenGood} failed"),
        HasRealTrafficTesting ? Invariant($"yes: {TestedOn:N0}") : "no",
        IsTargeted ? "yes" : "no",
        Invariant($"{Squares(CostMark)} +{ExtraPods * 100:0} %"),
        Invariant($"{Squares(RollbackMark)} {TimeToUndo:0.0} s"),
        Invariant($"{Squares(ImpactMark)} {FailedWhenBad:N0} failed, {ShareWhenBad * 100:0} % had it"),
        Invariant($"{Objects} objects, {Commands} {(Commands == 1 ? "command" : "commands")}"),
    ];

    /// <summary>The heads of <see cref="Cells"/>.</summary>
    internal static IReadOnlyList<string> Heads { get; } =
        ["strategy", "zero downtime", "tested on real requests", "targeted users", "extra pods", "rollback", "impact of a bad v2", "complexity"];

    private static string Squares(int mark) => new string('■', mark) + new string('□', 3 - mark);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
