using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Api.Rollouts;
using Bascule.Cli.Clusters;
using Bascule.Controller.Actions;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule set image NAME container=image</c>.</summary>
internal sealed class SetImageCommand : ActionVerb
{
    private readonly Argument<string[]> _images = new("CONTAINER=IMAGE")
    {
        Description = "Container and its new image; * for every container",
        Arity = ArgumentArity.OneOrMore,
    };

    public SetImageCommand(CliServices services)
        : base(services, "image", "Set images of a rollout's pod template", "bascule set image goprom goprom=goprom:2")
    {
        _images.Validators.Add(result =>
        {
            foreach (var wrong in result.Tokens.Where(t => !IsPair(t.Value)))
                result.AddError($"CONTAINER=IMAGE: found '{wrong.Value}', expected a container and an image, such as goprom=goprom:2");
        });
        Add(_images);
    }

    protected override async Task<ImmutableArray<RolloutPatch>> PatchesAsync(
        ParseResult parsed, ClusterConnection cluster, Rollout rollout, CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parsed.GetRequiredValue(_images))
            images[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return RolloutActions.SetImage(rollout, images, await WorkloadAsync(cluster, rollout, cancellationToken));
    }

    protected override (string Done, string Nothing) Sentences(ParseResult parsed) => ("image updated", "has that image already");

    private static bool IsPair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is var at && at > 0 && at < text.Length - 1;
}
