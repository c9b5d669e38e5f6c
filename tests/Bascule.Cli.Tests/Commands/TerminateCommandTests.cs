using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Tests.Commands;

public sealed class TerminateCommandTests
{
    [Theory]
    [InlineData("analysisrun", "analysisRun 'a' terminated")]
    [InlineData("ar", "analysisRun 'a' terminated")]
    [InlineData("experiment", "experiment 'a' terminated")]
    [InlineData("exp", "experiment 'a' terminated")]
    public async Task Terminate_OneThatRuns_IsAskedToEnd_CLI9(string kind, string said)
    {
        var program = await TestProgram.StartAsync();
        var type = TypeOf(kind);
        await CreateAsync(program, type, "a", "Running");
        await CreateAsync(program, type, "b", "Running");

        var run = await program.RunAsync("terminate", kind, "a");

        Assert.Equal((ExitCodes.Ok, said, ""), (run.Code, run.Output.TrimEnd(), run.Error));
        Assert.Equal((true, false), (await IsEndingAsync(program, type, "a"), await IsEndingAsync(program, type, "b")));
    }

    [Fact]
    public async Task Terminate_Several_SaysWhichHadEnded_CLI9()
    {
        var program = await TestProgram.StartAsync();
        await CreateAsync(program, ArgoResources.AnalysisRuns, "a", "Inconclusive");
        await CreateAsync(program, ArgoResources.AnalysisRuns, "b", "Pending");

        var run = await program.RunAsync("terminate", "analysisrun", "a", "b");

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Equal(["analysisRun 'a' has ended already: Inconclusive", "analysisRun 'b' terminated"], run.Output.TrimEnd().Split(Environment.NewLine));
        Assert.False(await IsEndingAsync(program, ArgoResources.AnalysisRuns, "a"));
    }

    [Theory]
    [InlineData("analysisrun", "analysisrun \"x\" not found in namespace \"default\"; it has: a")]
    [InlineData("experiment", "experiment \"x\" not found: namespace \"default\" has no experiments")]
    public async Task Terminate_OneThatIsNotThere_NamesThoseThatAre(string kind, string said)
    {
        var program = await TestProgram.StartAsync();
        await CreateAsync(program, ArgoResources.AnalysisRuns, "a", "Running");

        var run = await program.RunAsync("terminate", kind, "x");

        Assert.Equal((ExitCodes.Error, ""), (run.Code, run.Output));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_WithoutAName_IsMisuse()
    {
        var run = await (await TestProgram.StartAsync()).RunAsync("terminate", "analysisrun");

        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains("see: bascule terminate analysisrun --help", run.Error, StringComparison.Ordinal);
    }

    private static ResourceType TypeOf(string kind) => kind.StartsWith('a') ? ArgoResources.AnalysisRuns : ArgoResources.Experiments;

    private static async Task CreateAsync(TestProgram program, ResourceType type, string name, string phase)
    {
        var body = JsonNode.Parse($$"""
            {
              "apiVersion": "{{type.ApiVersion}}", "kind": "{{type.Kind}}", "metadata": { "name": "{{name}}" },
              "spec": { "metrics": [], "templates": [] }
            }
            """)!.AsObject();
        await program.Client.CreateAsync(type, "default", body, CancellationToken.None);
        var status = new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } };
        await program.Client.PatchAsync(type, new("default", name), Patch.Merge(status), "status", CancellationToken.None);
    }

    private static async Task<bool> IsEndingAsync(TestProgram program, ResourceType type, string name) =>
        (await program.Client.GetAsync(type, new("default", name), CancellationToken.None)).ToNode()["spec"]!["terminate"]?.GetValue<bool>() == true;
}
