using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule retry NAME</c>.</summary>
internal sealed class RetryCommand(CliServices services)
    : ActionVerb(services, "retry", "Try an aborted update again from its first step", "bascule retry goprom")
{
    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        Task.FromResult(RolloutActions.Retry());

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("retried", "retried");
}
