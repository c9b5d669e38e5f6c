using System.CommandLine;
using System.CommandLine.Help;
using Bascule.Cli.Commands;
using Bascule.Lab;
using Bascule.Lab.Strategies;

namespace Bascule.Cli;

/// <summary>The command tree, and how every command begins and ends.</summary>
internal static class BasculeProgram
{
    /// <summary>Parses a command line, runs it, and answers one of <see cref="ExitCodes"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliServices services, CancellationToken cancellationToken)
    {
        var parsed = Tree(services).Parse(args);
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
            parsed = Tree(services).Parse([.. args, "--help"]);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
            return Misused(parsed, services);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = services.Terminal.Raw,
                },
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (Failure.Of(e) is { } failure)
        {
            services.Terminal.Fail(failure.Message, failure.NextStep);
            return failure.ExitCode;
        }
    }

    /// <summary>Every command, in the order of the help.</summary>
    public static RootCommand Tree(CliServices services)
    {
        var root = new RootCommand("Progressive delivery for Kubernetes: moves traffic from one version to the next safely, and says why at every moment.");
        foreach (var command in Commands(services))
            root.Add(command);

        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<Command> Commands(CliServices services) =>
    [
        new CommandGroup("lab", "See a strategy work, under real traffic", [new LabCanaryCommand(services), .. AllStrategies.List.Select(s => new LabStrategyCommand(services, s)), new LabAllCommand(services), new LabCompareCommand(services)]),
        new LoadCommand(services),
        new UpCommand(services),
        new StatusCommand(services),
        new DownCommand(services),
        new CommandGroup("get", "Show one thing in detail", new GetRolloutCommand(services)),
        new CommandGroup("list", "List things", new ListRolloutsCommand(services)),
        new CommandGroup("set", "Change one thing", new SetImageCommand(services)),
        new PromoteCommand(services),
        new AbortCommand(services),
        new RetryCommand(services),
        new UndoCommand(services),
        new PauseCommand(services),
        new RestartCommand(services),
        new CommandGroup("terminate", "End an analysis or an experiment early", TerminateCommand.OfAnalysisRuns(services), TerminateCommand.OfExperiments(services)),
        new ExplainCommand(services),
        new FuzzCommand(services),
        new CrdsCommand(services),
        new ControllerCommand(services),
        new VersionCommand(services),
    ];

    private static int Misused(ParseResult parsed, CliServices services)
    {
        foreach (var error in parsed.Errors)
            services.Terminal.Fail(error.Message);
        services.Terminal.Note($"  see: {Path(parsed.CommandResult)} --help");
        return ExitCodes.Usage;
    }

    private static string Path(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "bascule";
}
