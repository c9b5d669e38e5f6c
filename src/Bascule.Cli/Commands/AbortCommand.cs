using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule abort NAME</c>.</summary>
internal sealed class AbortCommand(CliServices services)
    : ActionVerb(services, "abort", "Give an update up: traffic and pods return to the stable version", "bascule abort goprom")
{
    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        Task.FromResult(RolloutActions.Abort());

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("aborted", "aborted");
}
