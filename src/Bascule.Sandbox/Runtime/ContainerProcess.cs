using System.Diagnostics;
using System.Text;

namespace Bascule.Sandbox.Runtime;

/// <summary>One run of a container: a process, its group, and where its output goes.</summary>
internal sealed class ContainerProcess : IDisposable
{
    /// <summary>How long output may trickle after the process ended.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly ProcessReaper reaper;
    private readonly TimeProvider time;

    private ContainerProcess(Process process, ProcessReaper reaper, ContainerLog log, TimeProvider time)
    {
        this.process = process;
        this.reaper = reaper;
        this.time = time;
        Id = process.Id;
        reaper.Watch(Id);
        Exited = RunAsync(log);
    }

    /// <summary>The process id, which is also its group's.</summary>
    public int Id { get; }

    /// <summary>Completes with the exit code; 128 and the signal when a signal ended it.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a run.</summary>
    /// <exception cref="LaunchException">It cannot be started.</exception>
    public static ContainerProcess Start(LaunchSpec spec, ContainerLog log, ProcessReaper reaper, TimeProvider time) =>
        new(ProcessLauncher.Start(spec), reaper, log, time);

    /// <summary>Runs a command to its end and keeps the beginning of its output.</summary>
    /// <exception cref="LaunchException">It cannot be started.</exception>
    public static async Task<ExecResult> ExecAsync(LaunchSpec spec, ProcessReaper reaper, CancellationToken cancellationToken)
    {
        const int Kept = 10 * 1024;
        using var process = ProcessLauncher.Start(spec);
        reaper.Watch(process.Id);
        try
        {
            var output = new StringBuilder();
            await Task.WhenAll(CollectAsync(process.StandardOutput.BaseStream, output, Kept, cancellationToken), CollectAsync(process.StandardError.BaseStream, output, Kept, cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return new ExecResult(process.ExitCode, output.ToString().Trim());
        }
        finally
        {
            ProcessLauncher.KillGroup(process.Id);
            reaper.Forget(process.Id);
        }
    }

    /// <summary>Asks the process to end.</summary>
    public void Terminate()
    {
        if (!Exited.IsCompleted)
            ProcessLauncher.Terminate(Id);
    }

    /// <summary>Ends the process and everything it started.</summary>
    public void Kill()
    {
        if (!Exited.IsCompleted)
            ProcessLauncher.Kill(Id);
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();

    private async Task<int> RunAsync(ContainerLog log)
    {
        var output = Task.WhenAll(PumpAsync(process.StandardOutput.BaseStream, log.Writer("stdout")), PumpAsync(process.StandardError.BaseStream, log.Writer("stderr")));
        await process.WaitForExitAsync(CancellationToken.None);
        // What the process leaves behind would live on without a container around it.
        ProcessLauncher.KillGroup(Id);
        reaper.Forget(Id);
        try
        {
            await output.WaitAsync(s_drain, time);
        }
        catch (TimeoutException)
        {
            // Somebody outside of the group holds the pipe open; the container is over all the same.
        }

        return process.ExitCode;
    }

    private static async Task PumpAsync(Stream from, ContainerLog.LineWriter to)
    {
        var buffer = new byte[8 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
            to.Write(buffer.AsSpan(0, read));
        to.Finish();
    }

    private static async Task CollectAsync(Stream from, StringBuilder output, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            lock (output)
            {
                if (output.Length < most)
                    output.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
    }
}
