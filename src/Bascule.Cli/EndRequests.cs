using System.Runtime.InteropServices;
using Bascule.Lab;

namespace Bascule.Cli;

/// <summary>
/// Ctrl-C, and what a supervisor sends: the first asks the command to end in order, a second one ends the program at once. The
/// command line's library has a way of its own, to which two of them at once are an unhandled exception.
/// </summary>
internal sealed class EndRequests : IDisposable
{
    /// <summary>How long a command may take to clean up: pods get their grace period.</summary>
    private static readonly TimeSpan s_cleanUp = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    /// <summary>Listens from now on.</summary>
    public EndRequests()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Take);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take);
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken Token => _asked.Token;

    /// <summary>What a command answers, or the code of an interruption when it takes too long to end.</summary>
    /// <param name="command">A command that ends by <see cref="Token"/>.</param>
    public async Task<int> BoundAsync(Task<int> command)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registered = Token.UnsafeRegister(static a => ((TaskCompletionSource)a!).TrySetResult(), asked);
        if (await Task.WhenAny(command, asked.Task) != command)
            await Task.WhenAny(command, Task.Delay(s_cleanUp, TimeProvider.System));
        return command.IsCompleted ? await command : ExitCodes.Interrupted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = !_asked.IsCancellationRequested;
        _ = _asked.CancelAsync();
    }
}
