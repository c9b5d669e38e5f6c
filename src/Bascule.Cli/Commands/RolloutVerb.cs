using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller;
using Bascule.Kube;

namespace Bascule.Cli.Commands;

/// <summary>A verb about one Rollout.</summary>
internal abstract class RolloutVerb : ClusterVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the rollout" };

    /// <summary>Makes a verb.</summary>
    protected RolloutVerb(CliServices services, string name, string description, params IReadOnlyList<string> examples)
        : base(services, name, description, examples) => Add(_name);

    /// <inheritdoc/>
    protected sealed override Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, CancellationToken cancellationToken) =>
        RunAsync(parsed, cluster, cluster.Key(parsed.GetRequiredValue(_name)), cancellationToken);

    /// <summary>Does it, and answers one of <see cref="Lab.ExitCodes"/>.</summary>
    protected abstract Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Reads the Rollout.</summary>
    /// <exception cref="CliException">There is none; the message names those that exist.</exception>
    public static async Task<Rollout> ReadAsync(ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return Rollout.Read((await cluster.Client.GetAsync(ArgoResources.Rollouts, key, cancellationToken)).Root);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            throw await Missing.RolloutAsync(cluster, key, cancellationToken);
        }
    }
}
