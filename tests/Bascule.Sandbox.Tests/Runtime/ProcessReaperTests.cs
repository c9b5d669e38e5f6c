using Bascule.Sandbox.Runtime;

namespace Bascule.Sandbox.Tests.Runtime;

public sealed class ProcessReaperTests
{
    [Fact]
    public async Task Reaper_InputCloses_KillsWatchedGroupsWithTheirChildrenAndNoOthers()
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" };
        var spec = new LaunchSpec(["sh", "-c", "sleep 600 & echo $!; wait"], environment, "/");
        using var watched = ProcessLauncher.Start(spec);
        using var let = ProcessLauncher.Start(spec);
        var child = int.Parse((await watched.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        await let.StandardOutput.ReadLineAsync();
        var reaper = new ProcessReaper();
        reaper.Watch(watched.Id);
        reaper.Watch(let.Id);
        reaper.Forget(let.Id);

        reaper.Dispose();

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        await watched.WaitForExitAsync(bound.Token);
        Assert.Equal(137, watched.ExitCode);
        Assert.False(IsRunning(child));
        Assert.False(let.HasExited);
        ProcessLauncher.Kill(let.Id);
        await let.WaitForExitAsync(bound.Token);
    }

    [Theory]
    [InlineData("no-such-program", "/", "executable file not found")]
    [InlineData("sh", "/no/such/directory", "workingDir \"/no/such/directory\" does not exist")]
    public void Launch_Impossible_SaysWhy(string program, string directory, string expected)
    {
        var spec = new LaunchSpec([program], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, directory);

        Assert.Contains(expected, Assert.Throws<LaunchException>(() => ProcessLauncher.Start(spec)).Message, StringComparison.Ordinal);
    }

    /// <summary>A killed orphan may wait for its new parent to collect it; it runs no more.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(')')[1].Trim()[0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
