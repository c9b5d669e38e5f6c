using System.Collections;
using System.Net;
using System.Runtime.InteropServices;

namespace Goprom;

/// <summary>
/// The sample application of the course: answers its host and version, is probed on one port and scraped on another.
/// Runs as a program of its own and inside the <c>bascule</c> file, as the pods of the sandbox.
/// </summary>
public static class GopromApp
{
    /// <summary>The word by which the <c>bascule</c> file is told to be this application.</summary>
    public const string Verb = "goprom";

    /// <summary>The application ended as asked.</summary>
    public const int Success = 0;

    /// <summary>An address could not be bound, or <c>CRASH_AFTER</c> came.</summary>
    public const int Failure = 1;

    /// <summary>A flag or an environment variable has a value that makes no sense; stderr names it.</summary>
    public const int Usage = 2;

    /// <summary>Serves until SIGTERM, SIGINT or the token asks it to stop, then drains: at most 5 seconds.</summary>
    /// <param name="args">The flags; see <see cref="GopromOptions"/>.</param>
    /// <param name="environment">The environment variables; see <see cref="GopromOptions"/>.</param>
    /// <param name="error">Where errors for people go. The access log goes to the process's standard output.</param>
    /// <param name="stop">Asks for the same graceful end as SIGTERM.</param>
    /// <returns>The exit code: <see cref="Success"/>, <see cref="Failure"/> or <see cref="Usage"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IReadOnlyDictionary<string, string> environment, TextWriter error, CancellationToken stop)
    {
        GopromOptions options;
        try
        {
            options = GopromOptions.Parse(args, environment, Dns.GetHostName());
        }
        catch (FormatException problem)
        {
            await error.WriteLineAsync($"goprom: {problem.Message}");
            return Usage;
        }

        if (options.Help)
        {
            await error.WriteLineAsync(GopromOptions.HelpText);
            return Success;
        }

        using var log = new JsonLog(Console.OpenStandardOutput(), options.HostName, options.Version, TimeProvider.System);
        using var stopRequested = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOn);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOn);

        void StopOn(PosixSignalContext signal)
        {
            // Without this the runtime would end the process at once, and what is in flight with it.
            signal.Cancel = true;
            stopRequested.Cancel();
        }

        await using var server = new GopromServer(options, log, TimeProvider.System);
        try
        {
            await server.StartAsync(stopRequested.Token);
        }
        catch (IOException problem)
        {
            await error.WriteLineAsync($"goprom: cannot listen: {problem.Message} Choose others with --listen-address, --probe-address and --metrics-address.");
            return Failure;
        }

        if (await server.RunUntilAsync(stopRequested.Token))
        {
            await error.WriteLineAsync($"goprom: crashed as CRASH_AFTER={environment["CRASH_AFTER"]} asked");
            return Failure;
        }

        return Success;
    }

    /// <summary>The environment variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);
}
