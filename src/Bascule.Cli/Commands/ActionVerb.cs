using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary>A verb that asks something of one Rollout and says that it did.</summary>
internal abstract class ActionVerb : RolloutVerb
{
    /// <summary>Makes a verb.</summary>
    protected ActionVerb(CliServices services, string name, string description, params IReadOnlyList<string> examples)
        : base(services, name, description, examples)
    {
    }

    /// <summary>What to send; none when there is nothing to ask.</summary>
    /// <exception cref="RolloutActionException">It makes no sense for this Rollout.</exception>
    protected abstract Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken);

    /// <summary>What to say: first when something was sent, then when nothing was.</summary>
    protected abstract (string Done, string Nothing) Sentences(ParseResult parsed);

    /// <summary>The workload that has the rollout's pod template; null when it has its own, or the workload is missing.</summary>
    protected static async Task<KubeObject?> WorkloadAsync(ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        rollout.Spec.WorkloadRef is { } reference ? await new LiveWorkloads(cluster.Client).FindAsync(rollout.Meta.Namespace, reference, cancellationToken) : null;

    /// <inheritdoc/>
    protected sealed override async Task<int> RunAsync(ParseResult parsed, ClusterConnection cluster, ObjectKey key, CancellationToken cancellationToken)
    {
        var rollout = await ReadAsync(cluster, key, cancellationToken);
        try
        {
            var patches = await PatchesAsync(parsed, cluster, rollout, cancellationToken);
            await new RolloutActor(cluster.Client).SendAsync(key, patches, cancellationToken);
            var (done, nothing) = Sentences(parsed);
            Services.Terminal.Raw.WriteLine($"rollout '{key.Name}' {(patches.IsEmpty ? nothing : done)}");
            return ExitCodes.Ok;
        }
        catch (RolloutActionException e)
        {
            throw new CliException(e.Message, e.NextStep);
        }
    }
}
