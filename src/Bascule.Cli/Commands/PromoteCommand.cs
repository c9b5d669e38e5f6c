using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule promote NAME [--full]</c>.</summary>
internal sealed class PromoteCommand : ActionVerb
{
    private readonly Option<bool> _full = new("--full") { Description = "Skip all pauses, steps and analyses" };

    public PromoteCommand(CliServices services)
        : base(
            services,
            "promote",
            "End the present pause, or the present step when nothing pauses",
            "bascule promote goprom",
            "bascule promote goprom --full") => Add(_full);

    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        Task.FromResult(parsed.GetValue(_full) ? RolloutActions.PromoteFull(rollout) : RolloutActions.Promote(rollout));

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) =>
        (parsed.GetValue(_full) ? "fully promoted" : "promoted", "has nothing to promote");
}
