using System.Diagnostics;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>What a finished program left behind.</summary>
internal sealed record Finished(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>The output, having checked that the program succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"{Command} exited {ExitCode}\n{Output}\n{Errors}");
        return Output;
    }
}

/// <summary>Runs programs as a user would type them, with a bound on every wait.</summary>
internal static class Shell
{
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, string? input = null, int seconds = 60,
        Action<string>? onLine = null)
    {
        using var process = Start(program, arguments, environment, input is not null);
        var output = new StringBuilder();
        var errors = new StringBuilder();
        process.OutputDataReceived += (_, e) =>
        {
            Append(output, e.Data);
            if (e.Data is not null)
                onLine?.Invoke(e.Data);
        };
        process.ErrorDataReceived += (_, e) => Append(errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        var command = $"{Path.GetFileName(program)} {string.Join(' ', process.StartInfo.ArgumentList)}";
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not end within {seconds} s\n{output}\n{errors}");
        }

        return new Finished(command, process.ExitCode, output.ToString(), errors.ToString());
    }

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, bool withInput = false)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = withInput,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    private static void Append(StringBuilder builder, string? line)
    {
        if (line is null)
            return;
        lock (builder)
            builder.AppendLine(line);
    }
}
