using System.Collections.Immutable;
using System.CommandLine;
using Bascule.Lab;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule lab all</c>: every strategy, with a good and with a bad version, and their comparison.</summary>
internal sealed class LabAllCommand : Verb
{
    private readonly CliServices _services;
    private readonly LabRunOptions _options;

    public LabAllCommand(CliServices services)
        : base(
            "all",
            "Try every strategy, with a good v2 and with a bad one, and compare them",
            "bascule lab all",
            "bascule lab all --pace 3s --report all-strategies")
    {
        _services = services;
        _options = new LabRunOptions(
            this,
            services,
            "How long each stage is watched before the next",
            TimeSpan.FromSeconds(1),
            "a shorter look tells nothing",
            "A Prometheus that scrapes the cluster; default: run one",
            both: true);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var directory = _options.Directory(parsed);
        var figures = ImmutableArray.CreateBuilder<StrategyFigures>();
        foreach (var (strategy, number) in AllStrategies.List.Select((s, i) => (s, i + 1)))
        {
            _services.Terminal.Note($"{number} of {AllStrategies.List.Length}: {strategy.Name}");
            var good = await TryAsync(parsed, strategy, isBad: false, directory, cancellationToken);
            var bad = await TryAsync(parsed, strategy, isBad: true, directory, cancellationToken);
            if (good.Outcome != LabOutcome.Promoted || bad.Outcome != LabOutcome.RolledBack)
                throw new CliException($"{strategy.Name} did not end as it should: {(good.Outcome == LabOutcome.Promoted ? bad : good).Explanation}", $"look at the reports in {directory}");
            figures.Add(StrategyFigures.Of(good, bad));
        }

        var page = await Comparison.WriteAsync(figures.ToImmutable(), directory, cancellationToken);
        _services.Terminal.Out.Write(Comparison.Render(figures.ToImmutable()));
        _services.Terminal.Raw.WriteLine($"  comparison: {page}");
        return ExitCodes.Ok;
    }

    private Task<LabReport> TryAsync(ParseResult parsed, Strategy strategy, bool isBad, string directory, CancellationToken cancellationToken) => _options.RunAsync(
        parsed,
        (options, view, open, token) => new StrategyLab(strategy, options, view, _services.Time, _services.NewRandom()).RunAsync(open, token),
        isBad,
        Path.Combine(directory, isBad ? $"{strategy.Name}-bad" : strategy.Name),
        cancellationToken);
}
