using Bascule.Cli.Sandboxes;
using Bascule.Cli.Terminals;

namespace Bascule.Cli.Tests.Sandboxes;

public sealed class RunningSandboxTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("bascule-test-").FullName;

    [Fact]
    public void Find_RecordedByThisProcess_IsRunning()
    {
        var recorded = RunningSandbox.Record(Mine(), new Uri("http://127.0.0.1:1"), "/tmp/config", new Uri("http://127.0.0.1:2"), new Uri("http://127.0.0.1:3"));

        Assert.Equal(recorded, RunningSandbox.Find(Services()));
    }

    [Fact]
    public void Find_Forgotten_IsNone()
    {
        RunningSandbox.Record(Mine(), new Uri("http://127.0.0.1:1"), "/tmp/config", new Uri("http://127.0.0.1:2"), new Uri("http://127.0.0.1:3"));
        RunningSandbox.Forget(Mine());

        Assert.Null(RunningSandbox.Find(Services()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"pid":1,"startedAt":"2020-01-01T00:00:00Z","api":"http://127.0.0.1:1","kubeconfig":"/x","gateway":"http://127.0.0.1:2","gatewayMetrics":"http://127.0.0.1:3"}""")]
    [InlineData("""{"pid":999999999,"startedAt":"2020-01-01T00:00:00Z","api":"http://127.0.0.1:1","kubeconfig":"/x","gateway":"http://127.0.0.1:2","gatewayMetrics":"http://127.0.0.1:3"}""")]
    public void Find_DamagedOrLeftBehind_IsNone(string content)
    {
        File.WriteAllText(Path.Combine(Mine(), "sandbox.json"), content);

        Assert.Null(RunningSandbox.Find(Services()));
    }

    [Theory]
    [InlineData("/state", "/home/me", "/state/bascule")]
    [InlineData(null, "/home/me", "/home/me/.local/state/bascule")]
    [InlineData("relative", "/home/me", "/home/me/.local/state/bascule")]
    public void StateDirectory_ByEnvironment_FollowsXdg(string? state, string home, string expected) =>
        Assert.Equal(expected, StateDirectory.Of(Services(state, home)));

    [Fact]
    public void StateDirectory_Unknown_SaysWhatToSet() =>
        Assert.Equal("set HOME or XDG_STATE_HOME to a directory of yours", Assert.Throws<CliException>(() => StateDirectory.Of(Services(null, null))).NextStep);

    [Fact]
    public async Task Down_NothingRuns_SaysSo()
    {
        var run = await new TestProgram().With("XDG_STATE_HOME", _state).RunAsync("down");

        Assert.Equal((0, "no sandbox is running\n"), (run.Code, run.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Up_WhileOneRuns_SaysHowToUseIt()
    {
        RunningSandbox.Record(Mine(), new Uri("http://127.0.0.1:1"), "/tmp/config", new Uri("http://127.0.0.1:2"), new Uri("http://127.0.0.1:3"));

        var run = await new TestProgram().With("XDG_STATE_HOME", _state).RunAsync("up");

        Assert.Equal(1, run.Code);
        Assert.Contains("a sandbox is running already", run.Error, StringComparison.Ordinal);
        Assert.Contains("export KUBECONFIG=/tmp/config", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private string Mine() => Directory.CreateDirectory(Path.Combine(_state, "bascule")).FullName;

    private CliServices Services() => Services(_state, null);

    private static CliServices Services(string? state, string? home) => new()
    {
        Terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, false),
        Time = TimeProvider.System,
        Variable = name => name switch { "XDG_STATE_HOME" => state, "HOME" => home, _ => null },
        Seed = 1,
    };
}
