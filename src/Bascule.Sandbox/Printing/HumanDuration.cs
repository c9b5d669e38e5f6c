namespace Bascule.Sandbox.Printing;

/// <summary>Ages as kubectl shows them: two units at most, the more precise the younger.</summary>
internal static class HumanDuration
{
    /// <summary>The time from an instant until now; <c>&lt;unknown&gt;</c> for no instant.</summary>
    public static string Since(DateTimeOffset? then, DateTimeOffset now) => then is { } instant ? Of(now - instant) : "<unknown>";

    /// <summary>A duration, such as <c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>12d</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / 24;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => $"{seconds}s",
            _ when minutes < 10 => Two(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => $"{minutes}m",
            _ when hours < 8 => Two(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => $"{hours}h",
            _ when hours < 192 => Two(days, "d", hours % 24, "h"),
            _ when days < 730 => $"{days}d",
            _ when days < 2920 => Two(days / 365, "y", days % 365, "d"),
            _ => $"{days / 365}y",
        };
    }

    private static string Two(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? $"{first}{firstUnit}" : $"{first}{firstUnit}{second}{secondUnit}";
}
