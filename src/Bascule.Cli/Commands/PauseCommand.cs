using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule pause NAME</c>.</summary>
internal sealed class PauseCommand(CliServices services)
    : ActionVerb(services, "pause", "Hold a rollout: nothing is scaled and no step completes until promote", "bascule pause goprom")
{
    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        Task.FromResult(RolloutActions.Pause());

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("paused", "paused");
}
