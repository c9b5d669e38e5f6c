using System.Buffers;
using System.Globalization;

namespace Bascule.Api.Json;

/// <summary>Durations as Kubernetes manifests write them: <c>1h30m</c>, <c>1.5s</c>, <c>300ms</c>.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1m), ("us", 1e3m), ("µs", 1e3m), ("μs", 1e3m), ("ms", 1e6m), ("s", 1e9m), ("m", 60e9m), ("h", 3600e9m),
    ];

    /// <summary>Parses a duration: an optional sign, then decimal numbers each with a unit; a bare <c>0</c> is allowed.</summary>
    /// <returns>False when the text is no duration or does not fit a <see cref="TimeSpan"/>.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text))
            return false;
        var negative = text[0] == '-';
        var rest = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
            return false;
        var total = 0m;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, out var nanoseconds))
                return false;
            total += nanoseconds;
            if (total > long.MaxValue)
                return false;
        }

        duration = TimeSpan.FromTicks((long)(total / 100m) * (negative ? -1 : 1));
        return true;
    }

    /// <summary>Writes a duration that is not negative as Go does: <c>30s</c>, <c>1m30s</c>, <c>1h0m0.5s</c>, <c>300ms</c>.</summary>
    public static string Text(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration == TimeSpan.Zero ? "0s"
                : duration < TimeSpan.FromMilliseconds(1) ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerMicrosecond:0.#}µs")
                : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerMillisecond:0.####}ms");
        }

        var seconds = string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond:0.#######}s");
        var hours = duration.Ticks / TimeSpan.TicksPerHour;
        return hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h{duration.Minutes}m{seconds}")
            : duration.Minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{seconds}")
            : seconds;
    }

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, out decimal nanoseconds)
    {
        nanoseconds = 0;
        var digits = rest.IndexOfAnyExcept(Digits);
        if (digits <= 0 || rest[..digits] is "." || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue)
            return false;
        rest = rest[digits..];
        var letters = rest.IndexOfAny(Digits);
        var unit = letters < 0 ? rest : rest[..letters];
        foreach (var (name, size) in Units)
        {
            if (!unit.SequenceEqual(name))
                continue;
            nanoseconds = number * size;
            rest = rest[unit.Length..];
            return true;
        }

        return false;
    }
}
