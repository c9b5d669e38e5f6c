using Bascule.Cli.Clusters;
using Bascule.Cli.Terminals;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Cli.Tests;

/// <summary>Runs command lines on the real command tree, over the sandbox's API without HTTP, and keeps what they print.</summary>
internal sealed class TestProgram
{
    public static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public TestProgram() => Client = new DirectClient(new ApiServer(new Store(), Time, new Random(1)), "test");

    public FakeTimeProvider Time { get; } = new(Epoch);

    public IKubeClient Client { get; }

    /// <summary>What the last command line asked for.</summary>
    public ClusterSelection? Selection { get; private set; }

    /// <summary>A program whose cluster knows our kinds.</summary>
    public static async Task<TestProgram> StartAsync()
    {
        var program = new TestProgram();
        await CustomResources.InstallAsync(program.Client, program.Time, CancellationToken.None);
        return program;
    }

    public TestProgram With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public async Task<Run> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var services = new CliServices
        {
            Terminal = new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: false, colour: false),
            Time = Time,
            Variable = name => _variables.GetValueOrDefault(name),
            Seed = 1,
            Cluster = selection =>
            {
                Selection = selection;
                return new ClusterConnection(Client, selection.Namespace ?? "default", "the test's cluster");
            },
        };
        var code = await BasculeProgram.RunAsync(args, services, CancellationToken.None);
        return new Run(code, output.ToString(), error.ToString());
    }

    /// <summary>What a command line did.</summary>
    public sealed record Run(int Code, string Output, string Error);
}
