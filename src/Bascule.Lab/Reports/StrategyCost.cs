namespace Bascule.Lab.Reports;

/// <summary>What an update cost, measured the same way for every strategy.</summary>
public sealed record StrategyCost
{
    /// <summary>Time in which users asked and nobody got a good answer.</summary>
    public required TimeSpan Downtime { get; init; }

    /// <summary>Share of the requests that the new version answered before it was decided to keep it or not, from 0 to 1.</summary>
    public required double ExposedShare { get; init; }

    /// <summary>Share of the users who had the new version at the moment of the decision, from 0 to 1.</summary>
    public required double ShareAtDecision { get; init; }

    /// <summary>Answers of the new version that were errors.</summary>
    public required long ErrorsOfNewVersion { get; init; }

    /// <summary>
    /// Requests that the new version answered, or got copies of, while it was not yet given to everybody: what it was tested
    /// on. 0 where giving it to anybody is giving it to all, if only bit by bit.
    /// </summary>
    public required long TestedOn { get; init; }

    /// <summary>While it was tested, the new version answered one group of users and no other.</summary>
    public required bool IsTargeted { get; init; }

    /// <summary>Pods before the update.</summary>
    public required int PodsBefore { get; init; }

    /// <summary>The most pods at one moment beyond those before the update, until it was decided to keep it or not.</summary>
    public required int PeakExtraPods { get; init; }

    /// <summary>Pods beyond those before the update, times the seconds that they were there.</summary>
    public required double ExtraPodSeconds { get; init; }

    /// <summary>From the decision to go back until every request got a good answer from the old version; null when there was no way back.</summary>
    public TimeSpan? TimeToUndo { get; init; }

    /// <summary>Objects to write and keep for it.</summary>
    public required int Objects { get; init; }

    /// <summary>Commands from the new version's first to the end.</summary>
    public required int Commands { get; init; }
}
