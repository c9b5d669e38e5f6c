using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule restart NAME</c>.</summary>
internal sealed class RestartCommand(CliServices services)
    : ActionVerb(services, "restart", "Replace all pods of a rollout, a few at a time (spec.restartAt)", "bascule restart goprom")
{
    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        // Times have whole seconds: with the present one, pods that were created in it would stay, as they do with the reference.
        Task.FromResult(RolloutActions.Restart(Services.Time.GetUtcNow().AddSeconds(1)));

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("restarts its pods", "restarts its pods");
}
