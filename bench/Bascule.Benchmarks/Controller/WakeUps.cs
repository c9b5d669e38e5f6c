using System.Globalization;
using Bascule.Controller.Hosting;

namespace Bascule.Benchmarks.Controller;

/// <summary>How late a controller looked at its Rollouts again, as its metrics tell it.</summary>
/// <param name="UpTo">For each bound in seconds, ascending, how many wake-ups were no later; the last bound is infinite.</param>
internal sealed record WakeUps(IReadOnlyList<(double Seconds, long Count)> UpTo)
{
    private const string Bucket = "workqueue_wakeup_lateness_seconds_bucket{name=\"Rollouts\",le=\"";

    /// <summary>Reads what a controller has counted so far.</summary>
    public static async Task<WakeUps> ReadAsync(ControllerHost controller)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(controller.MetricsAddress!, "metrics"));
        return new WakeUps([.. text.Split('\n').Where(l => l.StartsWith(Bucket, StringComparison.Ordinal)).Select(Read)]);
    }

    /// <summary>Those that came after earlier ones.</summary>
    public WakeUps Since(WakeUps earlier) => new([.. UpTo.Zip(earlier.UpTo, (now, before) => (now.Seconds, now.Count - before.Count))]);

    /// <summary>How many, and the bound that 99 of 100 kept.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{UpTo[^1].Count} wake-ups, 99% of them no later than {UpTo.First(b => b.Count >= UpTo[^1].Count * 0.99).Seconds} s");

    private static (double Seconds, long Count) Read(string line)
    {
        var parts = line[Bucket.Length..].Split("\"} ");
        return (parts[0] == "+Inf" ? double.PositiveInfinity : double.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
