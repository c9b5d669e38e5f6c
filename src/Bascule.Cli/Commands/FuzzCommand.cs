using System.CommandLine;
using System.Globalization;
using Bascule.Lab;
using Bascule.Simulation;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule fuzz [--seeds N] [--from S]</c>.</summary>
internal sealed class FuzzCommand : Verb
{
    private const int LinesOfTrace = 60;

    private readonly CliServices _services;
    private readonly Option<int> _seeds = new("--seeds") { Description = "How many random rollouts to live through", HelpName = "number", DefaultValueFactory = _ => 1000 };
    private readonly Option<int> _from = new("--from") { Description = "The first seed; a seed is the same run every time", HelpName = "seed", DefaultValueFactory = _ => 1 };

    public FuzzCommand(CliServices services)
        : base(
            "fuzz",
            "Live through random rollouts under random users and faults, on virtual time",
            "bascule fuzz --seeds 10000",
            "bascule fuzz --seeds 1 --from 4711")
    {
        _services = services;
        _seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"--seeds: found {result.GetValueOrDefault<int>()}, expected 1 or more");
        });
        Add(_seeds);
        Add(_from);
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (seeds, from) = (parsed.GetValue(_seeds), parsed.GetValue(_from));
        var (ran, writes, progressLock) = (0, 0L, new Lock());
        var failures = Fuzz.Run(from, seeds, Finished, cancellationToken);
        foreach (var failure in failures)
        {
            _services.Terminal.Raw.WriteLine(string.Join(Environment.NewLine, failure.Trace.TakeLast(LinesOfTrace)));
            _services.Terminal.Raw.WriteLine($"the Rollout's spec: {failure.Spec}");
            _services.Terminal.Fail($"seed {failure.Seed}: {failure.Problem}", $"replay: bascule fuzz --seeds 1 --from {failure.Seed}");
        }

        _services.Terminal.Raw.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ran - failures.Length} seeds passed, {failures.Length} failed, {writes} writes"));
        return failures.IsEmpty ? ExitCodes.Ok : ExitCodes.Error;

        void Finished(SimulationOutcome outcome)
        {
            lock (progressLock)
            {
                ran++;
                writes += outcome.Writes;
                if (ran % 500 == 0)
                    _services.Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{ran} of {seeds} seeds"));
            }
        }
    }
}
