using System.Globalization;

namespace Bascule.Cli.Output;

/// <summary>Durations the way kubectl abbreviates them: two figures at most, exact while it is young.</summary>
internal static class Ages
{
    /// <summary>The time since an instant; a dash when that is unknown.</summary>
    public static string Since(DateTimeOffset? instant, DateTimeOffset now) => instant is { } from ? Text(now - from) : "-";

    /// <summary>A duration; negative ones, from clocks that differ, count as nothing.</summary>
    public static string Text(TimeSpan duration)
    {
        var d = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        return d switch
        {
            { TotalMinutes: < 2 } => Invariant($"{(int)d.TotalSeconds}s"),
            { TotalMinutes: < 10 } => Two((int)d.TotalMinutes, "m", d.Seconds, "s"),
            { TotalHours: < 3 } => Invariant($"{(int)d.TotalMinutes}m"),
            { TotalHours: < 8 } => Two((int)d.TotalHours, "h", d.Minutes, "m"),
            { TotalHours: < 48 } => Invariant($"{(int)d.TotalHours}h"),
            { TotalDays: < 8 } => Two((int)d.TotalDays, "d", d.Hours, "h"),
            { TotalDays: < 730 } => Invariant($"{(int)d.TotalDays}d"),
            _ => Two((int)d.TotalDays / 365, "y", (int)d.TotalDays % 365, "d"),
        };
    }

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? Invariant($"{large}{largeUnit}") : Invariant($"{large}{largeUnit}{small}{smallUnit}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
