using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;

namespace Bascule.Cli.Sandboxes;

/// <summary>The sandbox of this user, as the process that runs it wrote it down.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="StartedAt">When that process started, to tell it from a later one with its number.</param>
/// <param name="Api">Where its API answers.</param>
/// <param name="KubeconfigPath">The kubeconfig to use.</param>
/// <param name="Gateway">Where users of Ingresses and routes come in.</param>
/// <param name="GatewayMetrics">Where the gateway's metrics are, without the path.</param>
internal sealed record RunningSandbox(int ProcessId, DateTimeOffset StartedAt, Uri Api, string KubeconfigPath, Uri Gateway, Uri GatewayMetrics)
{
    private const string FileName = "sandbox.json";

    /// <summary>Start times are computed from the uptime and differ a little from one reading to the next.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The sandbox that runs now; null when none does.</summary>
    public static RunningSandbox? Find(CliServices services)
    {
        if (services.Variable("HOME") is null && services.Variable("XDG_STATE_HOME") is null)
            return null;
        return Read(Path.Combine(StateDirectory.Of(services), FileName)) is { } recorded && recorded.OpenProcess() is { } process
            ? Close(process, recorded)
            : null;
    }

    /// <summary>Writes down that this process runs the sandbox.</summary>
    public static RunningSandbox Record(string directory, Uri api, string kubeconfigPath, Uri gateway, Uri gatewayMetrics)
    {
        using var self = Process.GetCurrentProcess();
        var sandbox = new RunningSandbox(self.Id, self.StartTime.ToUniversalTime(), api, kubeconfigPath, gateway, gatewayMetrics);
        var json = new JsonObject
        {
            ["pid"] = sandbox.ProcessId,
            ["startedAt"] = sandbox.StartedAt.ToString("O", CultureInfo.InvariantCulture),
            ["api"] = sandbox.Api.ToString(),
            ["kubeconfig"] = sandbox.KubeconfigPath,
            ["gateway"] = sandbox.Gateway.ToString(),
            ["gatewayMetrics"] = sandbox.GatewayMetrics.ToString(),
        };
        File.WriteAllText(Path.Combine(directory, FileName), json.ToJsonString());
        return sandbox;
    }

    /// <summary>Removes what <see cref="Record"/> wrote.</summary>
    public static void Forget(string directory) => File.Delete(Path.Combine(directory, FileName));

    /// <summary>Asks the process to end and waits until it has, its pods included.</summary>
    /// <returns>False when it did not end in time.</returns>
    public async Task<bool> StopAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = OpenProcess();
        if (process is null)
            return true;
        Signals.Terminate(ProcessId);
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static RunningSandbox? Read(string path)
    {
        try
        {
            var json = JsonElement.Parse(File.ReadAllBytes(path));
            return json.Int("pid") is { } pid && json.Instant("startedAt") is { } startedAt && json.Text("kubeconfig") is { } kubeconfig
                && Uri.TryCreate(json.Text("api"), UriKind.Absolute, out var api)
                && Uri.TryCreate(json.Text("gateway"), UriKind.Absolute, out var gateway)
                && Uri.TryCreate(json.Text("gatewayMetrics"), UriKind.Absolute, out var metrics)
                    ? new RunningSandbox(pid, startedAt, api, kubeconfig, gateway, metrics)
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static RunningSandbox Close(Process process, RunningSandbox sandbox)
    {
        process.Dispose();
        return sandbox;
    }

    private Process? OpenProcess()
    {
        Process? process = null;
        try
        {
            process = Process.GetProcessById(ProcessId);
            if (!process.HasExited && (process.StartTime.ToUniversalTime() - StartedAt).Duration() < Tolerance)
                return process;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended, before the look or during it.
        }

        process?.Dispose();
        return null;
    }
}
