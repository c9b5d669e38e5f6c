using Bascule.Cli.Sandboxes;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule down</c>.</summary>
internal sealed class DownCommand : Verb
{
    /// <summary>Pods get their grace period, 30 s unless they say otherwise, and the rest a little more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public DownCommand(CliServices services)
        : base("down", "Stop the sandbox and everything that runs in it", "bascule down") =>
        SetAction(async (_, cancellationToken) =>
        {
            if (RunningSandbox.Find(services) is not { } sandbox)
            {
                services.Terminal.Note("no sandbox is running");
                return ExitCodes.Ok;
            }

            if (!await sandbox.StopAsync(Patience, services.Time, cancellationToken))
                throw new CliException($"the sandbox (process {sandbox.ProcessId}) did not end within {Patience.TotalSeconds} s", $"end it by force: kill -9 {sandbox.ProcessId}");
            services.Terminal.Note("the sandbox is down");
            return ExitCodes.Ok;
        });
}
