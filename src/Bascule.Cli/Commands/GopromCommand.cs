using System.CommandLine;
using Goprom;

namespace Bascule.Cli.Commands;

/// <summary>The hidden <c>bascule goprom</c>: the sample application, as the sandbox runs it in pods.</summary>
internal sealed class GopromCommand : Command
{
    public GopromCommand()
        : base("goprom", "Run the sample application")
    {
        Hidden = true;
        var flags = new Argument<string[]>("FLAGS") { Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true };
        Add(flags);
        SetAction((parsed, cancellationToken) =>
            GopromApp.RunAsync(parsed.GetValue(flags) ?? [], GopromApp.ProcessEnvironment(), Console.Error, cancellationToken));
    }
}
