using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule promote NAME [--full | --skip-current-step | --skip-all-steps]</c>.</summary>
internal sealed class PromoteCommand : ActionVerb
{
    private readonly Option<bool> _full = new("--full") { Description = "Skip all pauses, steps and analyses" };
    private readonly Option<bool> _skipStep = new("--skip-current-step") { Description = "Skip the present step of a canary, whatever it waits for" };
    private readonly Option<bool> _skipSteps = new("--skip-all-steps") { Description = "Skip all steps of a canary; the analysis beside them goes on" };

    public PromoteCommand(CliServices services)
        : base(
            services,
            "promote",
            "End the present pause, or the present step when nothing pauses",
            "bascule promote goprom",
            "bascule promote goprom --full",
            "bascule promote goprom --skip-current-step")
    {
        Add(_full);
        Add(_skipStep);
        Add(_skipSteps);
        Validators.Add(result =>
        {
            if (new[] { _full, _skipStep, _skipSteps }.Count(result.GetValue) > 1)
                result.AddError("--full, --skip-current-step, --skip-all-steps: found several, expected at most one");
        });
    }

    protected override Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken) =>
        Task.FromResult(
            parsed.GetValue(_full) ? RolloutActions.PromoteFull(rollout)
            : parsed.GetValue(_skipStep) ? RolloutActions.SkipCurrentStep(rollout)
            : parsed.GetValue(_skipSteps) ? RolloutActions.SkipAllSteps(rollout)
            : RolloutActions.Promote(rollout));

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) =>
        (parsed.GetValue(_full) ? "fully promoted" : "promoted", "has nothing to promote");
}
