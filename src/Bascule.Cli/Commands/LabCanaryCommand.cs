using System.CommandLine;
using Bascule.Lab.Canary;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule lab canary [--bad]</c>.</summary>
internal sealed class LabCanaryCommand : Verb
{
    private readonly CliServices _services;
    private readonly LabRunOptions _options;

    public LabCanaryCommand(CliServices services)
        : base(
            "canary",
            "Take goprom from v1 to v2 by canary; a bad v2 is taken back by its analysis",
            "bascule lab canary",
            "bascule lab canary --bad",
            "bascule lab canary --pace 1m --context kind-kind --image registry.example/goprom:1 --prometheus http://prometheus.monitoring:9090")
    {
        _services = services;
        _options = new LabRunOptions(
            this,
            services,
            "Length of each pause between two weights",
            LabPrometheus.LeastPace,
            LabPrometheus.WhyLeastPace,
            "A Prometheus that scrapes the cluster, as the controller reaches it; default: run one");
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        LabPrometheus.Require(_options, parsed);
        return _options.RunAsync(
            parsed, (options, view, open, token) => new CanaryLab(options, view, _services.Time, _services.NewRandom()).RunAsync(open, token), cancellationToken);
    }
}
