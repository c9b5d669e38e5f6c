using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bascule.Lab.Prometheus;

/// <summary>A real Prometheus as a child process. Disposing it ends the process.</summary>
public sealed class PrometheusProcess : IAsyncDisposable
{
    private const string ConfigFile = "prometheus.yml";
    private const int Attempts = 3;
    private const int TailLines = 12;
    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PollBound = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly Task<string> _tail;

    private PrometheusProcess(Process process, Uri address, PodTargets targets, string logPath, TimeProvider time)
    {
        _process = process;
        _time = time;
        Address = address;
        Targets = targets;
        _http = new HttpClient { BaseAddress = address };
        _tail = KeepLogAsync(process.StandardError, logPath);
        Client = new PrometheusClient(_http);
    }

    /// <summary>Where it answers, on 127.0.0.1.</summary>
    public Uri Address { get; }

    /// <summary>Tells it which pods there are.</summary>
    public PodTargets Targets { get; }

    /// <summary>Asks it questions.</summary>
    public PrometheusClient Client { get; }

    /// <summary>Finds the program.</summary>
    /// <param name="searchPath">Directories as in <c>PATH</c>.</param>
    /// <exception cref="LabException">It is not installed; the message says how to.</exception>
    public static string Find(string searchPath) =>
        searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(d => Path.Combine(d, "prometheus")).FirstOrDefault(File.Exists)
        ?? throw new LabException("prometheus is not installed (looked through PATH). Install it with: sudo apt install prometheus");

    /// <summary>A port on 127.0.0.1 that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts Prometheus and waits until it answers queries.</summary>
    /// <exception cref="LabException">It is not installed, its port is in use, or it ended; the message has the end of its log.</exception>
    public static async Task<PrometheusProcess> StartAsync(PrometheusOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = Find(options.SearchPath);
        Directory.CreateDirectory(options.Directory);
        await File.WriteAllTextAsync(Path.Combine(options.Directory, ConfigFile), PrometheusConfig.Text(options), cancellationToken);
        var targets = new PodTargets(options.Directory);
        targets.Write([], ImmutableSortedDictionary<string, Uri>.Empty);
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port == 0 ? FreePort() : options.Port;
            var started = Launch(program, options, targets, port, time);
            try
            {
                await started.WaitUntilReadyAsync(cancellationToken);
                return started;
            }
            catch (PortInUseException) when (options.Port == 0 && attempt < Attempts)
            {
                // Somebody took the port between our look and Prometheus' bind; another one will do.
                await started.DisposeAsync();
            }
            catch (PortInUseException)
            {
                await started.DisposeAsync();
                throw new LabException($"Prometheus cannot listen on 127.0.0.1:{port}: the port is in use. End the program that uses it, or choose another port.");
            }
            catch
            {
                await started.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Asks it to end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                using var bound = new CancellationTokenSource(StopBound, _time);
                using var quit = await _http.PostAsync(new Uri("/-/quit", UriKind.Relative), null, bound.Token);
                await _process.WaitForExitAsync(bound.Token);
            }
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            // Not listening yet, or stuck: the kill below ends it.
        }

        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _tail;
        _process.Dispose();
        _http.Dispose();
    }

    private static PrometheusProcess Launch(string program, PrometheusOptions options, PodTargets targets, int port, TimeProvider time)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = options.Directory,
            ArgumentList =
            {
                $"--config.file={Path.Combine(options.Directory, ConfigFile)}",
                $"--storage.tsdb.path={Path.Combine(options.Directory, "data")}",
                $"--web.listen-address={address.Authority}",
                "--web.enable-lifecycle",
                "--scrape.discovery-reload-interval=100ms",
            },
        };
        try
        {
            var process = Process.Start(start) ?? throw new LabException($"{program} did not start");
            return new PrometheusProcess(process, address, targets, Path.Combine(options.Directory, "prometheus.log"), time);
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{program} cannot be started: {e.Message}", e);
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        while (true)
        {
            // Checked before readiness: on a taken port it is somebody else who answers.
            if (_process.HasExited)
            {
                var tail = await _tail;
                throw tail.Contains("address already in use", StringComparison.Ordinal)
                    ? new PortInUseException()
                    : new LabException($"Prometheus ended with exit code {_process.ExitCode}. The end of its log:\n{tail}");
            }

            if (await IsReadyAsync(cancellationToken))
                return;
            if (_time.GetElapsedTime(begun) > ReadyBound)
                throw new LabException($"Prometheus at {Address} is not ready after {ReadyBound.TotalSeconds:0} s; its log is beside its data");
            await Task.Delay(PollStep, _time, cancellationToken);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Whoever holds a taken port may accept and never answer.
            using var bound = new CancellationTokenSource(PollBound, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
            using var answer = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative), either.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Copies the log to a file until the process ends, and returns its last lines.</summary>
    private static async Task<string> KeepLogAsync(StreamReader log, string path)
    {
        var tail = new Queue<string>();
        await using var file = new StreamWriter(path, append: false);
        while (await log.ReadLineAsync(CancellationToken.None) is { } line)
        {
            await file.WriteLineAsync(line);
            tail.Enqueue(line);
            if (tail.Count > TailLines)
                tail.Dequeue();
        }

        return string.Join('\n', tail);
    }

    private sealed class PortInUseException : Exception;
}
