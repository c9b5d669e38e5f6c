using System.CommandLine;
using Bascule.Lab.Strategies;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule lab recreate [--bad]</c> and its like: one command for each strategy that is done by hand.</summary>
internal sealed class LabStrategyCommand : Verb
{
    private readonly CliServices _services;
    private readonly Strategy _strategy;
    private readonly LabRunOptions _options;
    private readonly Option<bool> _rollout = new("--rollout") { Description = "By a Rollout and its analysis instead of by hand" };

    public LabStrategyCommand(CliServices services, Strategy strategy)
        : base(strategy.Name, strategy.Description, ExamplesOf(strategy))
    {
        _services = services;
        _strategy = strategy;
        _options = new LabRunOptions(
            this,
            services,
            "How long each stage is watched before the next",
            TimeSpan.FromSeconds(1),
            "a shorter look tells nothing",
            "A Prometheus that scrapes the cluster; default: run one, and none with --context");
        if (strategy.ByRollout is not null)
            Add(_rollout);
        SetAction(RunAsync);
    }

    private static IReadOnlyList<string> ExamplesOf(Strategy strategy) =>
    [
        $"bascule lab {strategy.Name}",
        $"bascule lab {strategy.Name} --bad",
        .. strategy.ByRollout is null ? [] : (string[])[$"bascule lab {strategy.Name} --rollout --bad"],
        $"bascule lab {strategy.Name} --pace 1m --context kind-kind --image registry.example/goprom:1",
    ];

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var strategy = _strategy;
        if (_strategy.ByRollout is { } byRollout && parsed.GetValue(_rollout))
        {
            LabPrometheus.Require(_options, parsed);
            _options.RequirePace(parsed, LabPrometheus.LeastPace, LabPrometheus.WhyLeastPace);
            strategy = byRollout;
        }

        // A Prometheus on this machine cannot reach the pods of a cluster elsewhere, and no decision by hand needs one.
        var without = _options.LacksPrometheus(parsed);
        return _options.RunAsync(
            parsed,
            (options, view, open, token) => new StrategyLab(strategy, options with { WithoutPrometheus = without }, view, _services.Time, _services.NewRandom()).RunAsync(open, token),
            cancellationToken);
    }
}
