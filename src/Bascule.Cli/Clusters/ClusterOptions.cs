using System.CommandLine;

namespace Bascule.Cli.Clusters;

/// <summary>The options of every verb that talks to a cluster.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _context = new("--context") { Description = "Context of the kubeconfig to use", HelpName = "name" };

    private readonly Option<string?> _namespace = new("--namespace", "-n") { Description = "Namespace to work in; default: the context's", HelpName = "name" };

    /// <summary>Adds the options to a command.</summary>
    public ClusterOptions(Command command)
    {
        command.Add(_context);
        command.Add(_namespace);
    }

    /// <summary>What was asked for.</summary>
    public ClusterSelection Read(ParseResult parsed) => new(parsed.GetValue(_context), parsed.GetValue(_namespace));
}
