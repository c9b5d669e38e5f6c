using System.CommandLine;
using Bascule.Cli.Clusters;

namespace Bascule.Cli.Commands;

/// <summary>A verb that talks to a cluster.</summary>
internal abstract class ClusterVerb : Verb
{
    /// <summary>Makes a verb.</summary>
    protected ClusterVerb(CliServices services, string name, string description, params IReadOnlyList<string> examples)
        : base(name, description, examples)
    {
        Services = services;
        var cluster = new ClusterOptions(this);
        SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = services.Connect(cluster.Read(parsed));
            return await RunAsync(parsed, connection, cancellationToken);
        });
    }

    /// <summary>What the verb acts through.</summary>
    protected CliServices Services { get; }

    /// <summary>Does it, and answers one of <see cref="Lab.ExitCodes"/>.</summary>
    protected abstract Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, CancellationToken cancellationToken);
}
