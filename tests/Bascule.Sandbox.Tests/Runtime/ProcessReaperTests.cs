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
        await watched.StandardOutput.ReadLineAsync();
        await let.StandardOutput.ReadLineAsync();
        var reaper = new ProcessReaper();
        reaper.Watch(watched.Id);
        reaper.Watch(let.Id);
        reaper.Forget(let.Id);

        reaper.Dispose();

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        await watched.WaitForExitAsync(bound.Token);
        Assert.Equal(137, watched.ExitCode);
        // The child holds the output, too: it ends with the last of the group.
        await watched.StandardOutput.ReadToEndAsync(bound.Token);
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
}
