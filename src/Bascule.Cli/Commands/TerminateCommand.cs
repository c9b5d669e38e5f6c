using System.CommandLine;
using Bascule.Api.Analysis;
using Bascule.Cli.Clusters;
using Bascule.Controller;
using Bascule.Controller.Actions;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule terminate analysisrun NAME...</c> and <c>bascule terminate experiment NAME...</c>.</summary>
internal sealed class TerminateCommand : ClusterVerb
{
    private readonly Argument<string[]> _names;
    private readonly ResourceType _type;
    private readonly string _noun;

    private TerminateCommand(CliServices services, ResourceType type, string noun, string name, IReadOnlyList<string> aliases, string description, params IReadOnlyList<string> examples)
        : base(services, name, description, examples)
    {
        _type = type;
        _noun = noun;
        _names = new("NAME") { Description = $"Names of {type.Plural}", Arity = ArgumentArity.OneOrMore };
        Add(_names);
        foreach (var alias in aliases)
            Aliases.Add(alias);
    }

    /// <summary>The verb for AnalysisRuns.</summary>
    public static TerminateCommand OfAnalysisRuns(CliServices services) => new(
        services,
        ArgoResources.AnalysisRuns,
        "analysisRun",
        "analysisrun",
        ["ar", "analysisruns"],
        "End analysis runs now: nothing more is measured, and what was measured decides (spec.terminate)",
        "bascule terminate analysisrun goprom-6f5b8d7c9-2-1",
        "bascule terminate analysisrun goprom-6f5b8d7c9-2 goprom-6f5b8d7c9-2-1 --namespace shop");

    /// <summary>The verb for Experiments.</summary>
    public static TerminateCommand OfExperiments(CliServices services) => new(
        services,
        ArgoResources.Experiments,
        "experiment",
        "experiment",
        ["exp", "experiments"],
        "End experiments now: their analyses end, and their pods go after their delay (spec.terminate)",
        "bascule terminate experiment goprom-6f5b8d7c9-2-0");

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, CancellationToken cancellationToken)
    {
        foreach (var name in parsed.GetRequiredValue(_names))
        {
            var ended = await AskAsync(cluster, cluster.Key(name), cancellationToken);
            Services.Terminal.Raw.WriteLine($"{_noun} '{name}' {(ended is { } phase ? $"has ended already: {phase.Text()}" : "terminated")}");
        }

        return ExitCodes.Ok;
    }

    private async Task<AnalysisPhase?> AskAsync(ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await Termination.AskAsync(cluster.Client, _type, key, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            throw await Missing.OfAsync(cluster, _type, key, cancellationToken);
        }
    }
}
