using System.Globalization;

namespace EndToEnd.Tests;

/// <summary>How the program ends when it is told to.</summary>
public sealed class EndingTests(Cluster cluster)
{
    private const long Terminate = 1 << 14;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>As Ctrl-C pressed twice does, and a supervisor who tells a group and then its leader.</summary>
    [Fact]
    public async Task Program_ToldToEndAgainAndAgain_Ends()
    {
        using var process = Shell.Start(Cluster.Program, ["fuzz", "--seeds", "1000000"], cluster.Variables);
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(s_patience);
        while (!Listens(process.Id))
            await Task.Delay(10, bound.Token);

        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        await Shell.RunAsync("sh", ["-c", $"while kill -TERM {id}; do sleep 0.005; done"], cluster.Variables);
        await process.WaitForExitAsync(bound.Token);

        Assert.Equal(("", true), (await errors, process.ExitCode is 130 or 128 + 15));
    }

    /// <summary>Whether it has a way of its own to end; before, the system ends it.</summary>
    private static bool Listens(int process)
    {
        var caught = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("SigCgt:", StringComparison.Ordinal));
        return (long.Parse(caught[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Terminate) != 0;
    }
}
