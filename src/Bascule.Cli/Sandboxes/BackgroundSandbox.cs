using System.Diagnostics;
using Bascule.Cli.Terminals;
using Bascule.Lab;

namespace Bascule.Cli.Sandboxes;

/// <summary>Starts this program again as the process that runs the sandbox, and waits until it is ready.</summary>
/// <param name="services">What the command acts through.</param>
internal sealed class BackgroundSandbox(CliServices services)
{
    /// <summary>Starts it. The child says that it is ready by one line on its standard output, the kubeconfig's path.</summary>
    /// <param name="arguments">The child's command line.</param>
    /// <param name="cancellationToken">Gives up, and ends the child.</param>
    public async Task<int> StartAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var command = SelfCommand.With(arguments);
        using var child = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new CliException($"cannot start {command[0]}");
        child.StandardInput.Close();
        try
        {
            if (await child.StandardOutput.ReadLineAsync(cancellationToken) is not null && RunningSandbox.Find(services) is { } sandbox)
            {
                Announce(services.Terminal, sandbox);
                return ExitCodes.Ok;
            }
        }
        catch (OperationCanceledException)
        {
            Signals.Terminate(child.Id);
            await child.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        // It ended without a word on standard output: what it says on standard error is the reason.
        await services.Terminal.ErrorWriter.WriteAsync(await child.StandardError.ReadToEndAsync(cancellationToken));
        await child.WaitForExitAsync(cancellationToken);
        return child.ExitCode == ExitCodes.Ok ? ExitCodes.Error : child.ExitCode;
    }

    /// <summary>Says how to use a sandbox. Only the line for the shell goes to standard output, so that it can be evaluated.</summary>
    public static void Announce(Terminal terminal, RunningSandbox sandbox)
    {
        terminal.Note($"kubeconfig: {sandbox.KubeconfigPath}");
        terminal.Note($"gateway:    {sandbox.Gateway}  (metrics: {new Uri(sandbox.GatewayMetrics, "metrics")})");
        terminal.Raw.WriteLine($"export KUBECONFIG={Quoted(sandbox.KubeconfigPath)}");
        terminal.Raw.Flush();
    }

    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
