using System.Buffers;
using System.Globalization;
using System.Net;

namespace Goprom;

/// <summary>What the flags and the environment ask for.</summary>
internal sealed record GopromOptions
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>What <c>--help</c> prints.</summary>
    public const string HelpText =
        """
        goprom: answers its host name and version, for deployment experiments.

          --listen-address  ADDRESS   the application            (default :8080)
          --probe-address   ADDRESS   /live and /ready           (default :8086)
          --metrics-address ADDRESS   /metrics for Prometheus    (default :9101)

          VERSION      the version to answer and to label metrics with
          ERROR_RATE   share of requests answered 500: 0.3 or 30%
          LATENCY_MS   milliseconds added to each answer
          READY_DELAY  time before /ready says 200: seconds or 1m30s
          CRASH_AFTER  time after which the process exits 1: seconds or 1m30s
        """;

    /// <summary>The application.</summary>
    public required ListenAddress Listen { get; init; }

    /// <summary>Liveness and readiness.</summary>
    public required ListenAddress Probe { get; init; }

    /// <summary>Metrics.</summary>
    public required ListenAddress Metrics { get; init; }

    /// <summary>Answered to requests: env <c>HOSTNAME</c> (the pod's name in a cluster), else the machine's name.</summary>
    public required string HostName { get; init; }

    /// <summary>Answered to requests and put on every metric: env <c>VERSION</c>; may be empty.</summary>
    public required string Version { get; init; }

    /// <summary>Share of requests answered 500, from 0 to 1: env <c>ERROR_RATE</c>.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Added to each answer: env <c>LATENCY_MS</c>.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How long <c>/ready</c> says 503 after the start: env <c>READY_DELAY</c>.</summary>
    public TimeSpan ReadyDelay { get; init; }

    /// <summary>When the process exits with 1; null for never: env <c>CRASH_AFTER</c>.</summary>
    public TimeSpan? CrashAfter { get; init; }

    /// <summary>Only print the help text.</summary>
    public bool Help { get; init; }

    /// <summary>Reads flags (<c>--flag=value</c> or <c>--flag value</c>, one dash or two) and environment.</summary>
    /// <exception cref="FormatException">A value makes no sense; the message names it and what was expected.</exception>
    public static GopromOptions Parse(IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, string machineName)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen-address"] = ":8080",
            ["probe-address"] = ":8086",
            ["metrics-address"] = ":9101",
        };
        var help = ReadFlags(args, flags);

        // Every pod of the sandbox has its own loopback address and all listen on the same ports,
        // so "all interfaces" must mean the pod's own.
        var podAddress = PodAddress(environment);
        return new GopromOptions
        {
            Listen = ListenAddress.Parse("--listen-address", flags["listen-address"], podAddress),
            Probe = ListenAddress.Parse("--probe-address", flags["probe-address"], podAddress),
            Metrics = ListenAddress.Parse("--metrics-address", flags["metrics-address"], podAddress),
            HostName = Text(environment, "HOSTNAME") ?? machineName,
            Version = Text(environment, "VERSION") ?? "",
            ErrorRate = Share(environment, "ERROR_RATE"),
            Latency = Milliseconds(environment, "LATENCY_MS"),
            ReadyDelay = Duration(environment, "READY_DELAY") ?? TimeSpan.Zero,
            CrashAfter = Duration(environment, "CRASH_AFTER"),
            Help = help,
        };
    }

    private static bool ReadFlags(IReadOnlyList<string> args, Dictionary<string, string> flags)
    {
        var help = false;
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? arg : arg[..equals]).TrimStart('-');
            if (arg.StartsWith('-') && name is "help" or "h")
                help = true;
            else if (!arg.StartsWith('-') || !flags.ContainsKey(name))
                throw new FormatException($"found '{arg}', expected one of {string.Join(", ", flags.Keys.Select(f => "--" + f))}");
            else if (equals >= 0)
                flags[name] = arg[(equals + 1)..];
            else if (i + 1 < args.Count)
                flags[name] = args[++i];
            else
                throw new FormatException($"--{name}: found nothing after it, expected an address such as {flags[name]}");
        }

        return help;
    }

    private static IPAddress? PodAddress(IReadOnlyDictionary<string, string> environment) => Text(environment, "BASCULE_POD_IP") switch
    {
        null => null,
        { } text when IPAddress.TryParse(text, out var address) => address,
        { } text => throw new FormatException($"BASCULE_POD_IP: found '{text}', expected an IP address"),
    };

    private static double Share(IReadOnlyDictionary<string, string> environment, string name)
    {
        if (Text(environment, name) is not { } text)
            return 0;
        var percent = text.EndsWith('%');
        if (double.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var share = percent ? number / 100 : number;
            if (share is >= 0 and <= 1)
                return share;
        }

        throw new FormatException($"{name}: found '{text}', expected a share from 0 to 1 or a percentage from 0% to 100%");
    }

    private static TimeSpan Milliseconds(IReadOnlyDictionary<string, string> environment, string name)
    {
        if (Text(environment, name) is not { } text)
            return TimeSpan.Zero;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds(number)
            : throw new FormatException($"{name}: found '{text}', expected a whole number of milliseconds such as 200");
    }

    private static TimeSpan? Duration(IReadOnlyDictionary<string, string> environment, string name)
    {
        if (Text(environment, name) is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < int.MaxValue)
            return TimeSpan.FromSeconds(seconds);
        return GoDuration(text) ?? throw new FormatException($"{name}: found '{text}', expected seconds such as 30 or a duration such as 1m30s");
    }

    /// <summary>A non-negative duration in Go's notation down to milliseconds; null when the text is none.</summary>
    private static TimeSpan? GoDuration(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > int.MaxValue)
                return null;
            rest = rest[digits..];
            var letters = rest.IndexOfAny(NumberCharacters) is var next && next < 0 ? rest.Length : next;
            TimeSpan? part = rest[..letters] switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                _ => null,
            };
            if (part is null)
                return null;
            total += part.Value;
            rest = rest[letters..];
        }

        return text.Length > 0 ? total : null;
    }

    private static string? Text(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
