using Bascule.Api;
using Bascule.Lab;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule crds</c>.</summary>
internal sealed class CrdsCommand : Verb
{
    public CrdsCommand(CliServices services)
        : base("crds", "Print the CustomResourceDefinitions to install in a cluster", "bascule crds | kubectl apply --server-side -f -") =>
        SetAction(_ =>
        {
            foreach (var manifest in CustomResourceManifests.All())
            {
                services.Terminal.Raw.WriteLine("---");
                services.Terminal.Raw.WriteLine(manifest.TrimEnd());
            }

            return ExitCodes.Ok;
        });
}
