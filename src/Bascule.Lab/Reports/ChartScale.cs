using System.Collections.Immutable;
using Bascule.Lab.Load;

namespace Bascule.Lab.Reports;

/// <summary>One bar of the picture: one second, or several when the run was long.</summary>
/// <param name="From">Its first second.</param>
/// <param name="Seconds">How many it stands for.</param>
/// <param name="Answers">Answers per version.</param>
/// <param name="Failed">Failed requests.</param>
internal sealed record Bar(int From, int Seconds, ImmutableSortedDictionary<string, int> Answers, int Failed)
{
    /// <summary>Requests that nobody answered; they are among the failed ones.</summary>
    public int Unanswered { get; init; }

    /// <summary>All requests.</summary>
    public int Total => Answers.Values.Sum() + Unanswered;
}

/// <summary>How time maps to the picture.</summary>
internal static class ChartScale
{
    /// <summary>More bars than this are no longer told apart.</summary>
    private const int MostBars = 150;

    /// <summary>About as many labels as fit below the axis.</summary>
    private const int MostTicks = 12;

    private static readonly int[] TickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

    /// <summary>The seconds as bars. The last second is left out while it is still going on.</summary>
    public static ImmutableArray<Bar> Bars(TrafficSnapshot traffic)
    {
        var whole = traffic.Seconds.Where(s => s.Index + 1 <= traffic.Elapsed.TotalSeconds).ToList();
        var perBar = Math.Max(1, (int)Math.Ceiling(whole.Count / (double)MostBars));
        return [.. whole.Chunk(perBar).Select(Join)];
    }

    /// <summary>Seconds between two labels of the axis.</summary>
    public static int TickStep(int seconds) => TickSteps.FirstOrDefault(s => seconds / s <= MostTicks, TickSteps[^1]);

    private static Bar Join(TrafficSecond[] seconds)
    {
        var answers = seconds.SelectMany(s => s.Answers).GroupBy(a => a.Key).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(a => a.Value), StringComparer.Ordinal);
        return new Bar(seconds[0].Index, seconds.Length, answers, seconds.Sum(s => s.Failed)) { Unanswered = seconds.Sum(s => s.Unanswered) };
    }
}
