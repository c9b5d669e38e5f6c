using System.CommandLine;
using Bascule.Lab;
using Bascule.Lab.Reports;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule lab compare</c>: the table of the last <c>bascule lab all</c>.</summary>
internal sealed class LabCompareCommand : Verb
{
    private readonly CliServices _services;
    private readonly Option<string> _report = new("--report") { Description = "Directory of the reports", HelpName = "directory", DefaultValueFactory = _ => LabRunOptions.DefaultReport };

    public LabCompareCommand(CliServices services)
        : base("compare", "Show what each strategy cost, as the last `bascule lab all` measured it", "bascule lab compare", "bascule lab compare --report all-strategies")
    {
        _services = services;
        Add(_report);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        _services.Terminal.Out.Write(Comparison.Render(await Comparison.ReadAsync(parsed.GetRequiredValue(_report), cancellationToken)));
        return ExitCodes.Ok;
    }
}
