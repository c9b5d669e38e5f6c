using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;
using Bascule.Kube;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule undo NAME [--to-revision N]</c>.</summary>
internal sealed class UndoCommand : ActionVerb
{
    private readonly Option<int> _toRevision = new("--to-revision") { Description = "Revision to return to; 0 is the one before the newest", HelpName = "n" };

    public UndoCommand(CliServices services)
        : base(services, "undo", "Make an earlier pod template the current one", "bascule undo goprom", "bascule undo goprom --to-revision 3")
    {
        _toRevision.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--to-revision: found a negative number, expected 0 or a revision");
        });
        Add(_toRevision);
    }

    protected override async Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken)
    {
        var replicaSets = await cluster.Client.ListAsync(ResourceTypes.ReplicaSets, rollout.Meta.Namespace, ListOptions.All, cancellationToken);
        return RevisionHistory.Undo(rollout, replicaSets.Items.Where(r => r.ControllerUid == rollout.Meta.Uid), parsed.GetValue(_toRevision), await WorkloadAsync(cluster, rollout, cancellationToken));
    }

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("undo", "has that template already");
}
