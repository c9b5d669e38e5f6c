using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Goprom.Tests;

/// <summary>The built program as a real process, killed when disposed.</summary>
internal sealed class GopromProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly List<JsonElement> log = [];
    private readonly TaskCompletionSource<JsonElement> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> error;
    private readonly Task reader;

    private GopromProcess(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
        reader = ReadLogAsync();
    }

    public HttpClient Http { get; } = new() { Timeout = Patience };

    public Uri Application { get; private set; } = null!;

    public Uri Probe { get; private set; } = null!;

    public Uri Metrics { get; private set; } = null!;

    /// <summary>Starts with ports that the system chooses and waits until it listens.</summary>
    public static async Task<GopromProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var started = Launch(["--listen-address=127.0.0.1:0", "--probe-address", "127.0.0.1:0", "-metrics-address=127.0.0.1:0"], environment);
        var line = await started.listening.Task.WaitAsync(Patience);
        started.Application = Endpoint(line, "listen", "/");
        started.Probe = Endpoint(line, "probe", "/");
        started.Metrics = Endpoint(line, "metrics", "/metrics");
        return started;
    }

    public static GopromProcess Launch(string[] args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "goprom"), args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "VERSION", "HOSTNAME", "ERROR_RATE", "LATENCY_MS", "READY_DELAY", "CRASH_AFTER", "BASCULE_POD_IP" })
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new GopromProcess(Process.Start(start)!);
    }

    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Waits for the end; the exit code and what was written to stderr.</summary>
    public async Task<(int Code, string Error)> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        await reader.WaitAsync(Patience);
        return (process.ExitCode, await error.WaitAsync(Patience));
    }

    public JsonElement[] Log()
    {
        lock (log)
            return [.. log];
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
        Http.Dispose();
    }

    private static Uri Endpoint(JsonElement line, string name, string path) => new($"http://{IPEndPoint.Parse(line.GetProperty(name).GetString()!)}{path}");

    private async Task ReadLogAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } text)
        {
            var line = JsonElement.Parse(text);
            lock (log)
                log.Add(line);
            if (line.GetProperty("message").GetString() == "listening")
                listening.TrySetResult(line);
        }

        listening.TrySetException(new InvalidOperationException("goprom ended before it listened"));
    }
}
